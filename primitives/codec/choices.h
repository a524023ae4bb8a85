#pragma once

#include <tessera/primitives/codec/basics.h>

#include <cereal/types/bitset.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/variant.hpp>

#include <bitset>
#include <optional>
#include <utility>
#include <variant>

/// Values that are one of several things, and sets of bits.
namespace tessera::codec {

// std::optional: 0, or 1 and the value.

template <class T>
void save(OutputArchive& archive, const std::optional<T>& optional) {
  archive.writer().boolean(optional.has_value());
  if (optional) archive(*optional);
}

template <class T>
void load(InputArchive& archive, std::optional<T>& optional) {
  optional.reset();
  if (archive.reader().boolean()) archive(optional.emplace());
}

// std::variant: the index of the alternative, and its value.

template <class First, class... Rest>
void save(OutputArchive& archive, const std::variant<First, Rest...>& variant) {
  if (variant.valueless_by_exception()) {
    archive.writer().fail({Errc::invalid_argument, "a std::variant without a value"});
  }
  archive.writer().varint(variant.index());
  std::visit([&](const auto& value) { archive(value); }, variant);
}

template <class... Alternatives>
void load(InputArchive& archive, std::variant<Alternatives...>& variant) {
  const std::uint64_t index = archive.reader().varint();
  const auto load_if_chosen = [&]<std::size_t candidate>() {
    if (index == candidate) archive(variant.template emplace<candidate>());
  };
  [&]<std::size_t... candidates>(std::index_sequence<candidates...>) {
    (load_if_chosen.template operator()<candidates>(), ...);
  }
  (std::index_sequence_for<Alternatives...>{});
  if (index >= sizeof...(Alternatives)) {
    archive.reader().fail("a std::variant has no such alternative");
  }
}

// std::bitset: eight bits a byte, the lowest first; the bits beyond the end are 0.

template <std::size_t size>
void save(OutputArchive& archive, const std::bitset<size>& bits) {
  for (std::size_t first = 0; first < size; first += 8) {
    unsigned byte = 0;
    for (std::size_t bit = 0; bit < 8 && first + bit < size; ++bit) {
      if (bits[first + bit]) byte |= 1U << bit;
    }
    archive.writer().number(static_cast<std::uint8_t>(byte));
  }
}

template <std::size_t size>
void load(InputArchive& archive, std::bitset<size>& bits) {
  bits.reset();
  for (std::size_t first = 0; first < size; first += 8) {
    const unsigned byte = archive.reader().template number<std::uint8_t>();
    for (std::size_t bit = 0; bit < 8; ++bit) {
      if ((byte >> bit & 1U) == 0) continue;
      if (first + bit >= size) archive.reader().fail("a std::bitset has bits beyond its end");
      bits[first + bit] = true;
    }
  }
}

}  // namespace tessera::codec
