#pragma once

#include <tessera/primitives/codec/input_archive.h>
#include <tessera/primitives/codec/output_archive.h>

#include <cereal/types/common.hpp>

#include <span>
#include <type_traits>

/// What everything else is made of: numbers, `bool`, `Bytes`, cereal's wrappers, and nesting.
///
/// The functions in this folder are found by argument-dependent lookup through the archive and are
/// more specialised than cereal's own for the same types, which believe every length they read.
namespace tessera::codec {

/// True for cereal's wrappers, which are no level of nesting of their own.
template <class T>
inline constexpr bool is_wrapper = false;
template <class T>
inline constexpr bool is_wrapper<cereal::NameValuePair<T>> = true;
template <class T>
inline constexpr bool is_wrapper<cereal::SizeTag<T>> = true;
template <class T>
inline constexpr bool is_wrapper<cereal::BinaryData<T>> = true;
template <class Key, class Value>
inline constexpr bool is_wrapper<cereal::MapItem<Key, Value>> = true;

/// What may hold more of its own kind.
template <class T>
concept Nesting = std::is_class_v<T> && !is_wrapper<T>;

// cereal calls these around every value.
template <Nesting T>
void prologue(OutputArchive& archive, const T&) {
  archive.writer().enter();
}
template <Nesting T>
void epilogue(OutputArchive& archive, const T&) {
  archive.writer().leave();
}
template <Nesting T>
void prologue(InputArchive& archive, const T&) {
  archive.reader().enter();
}
template <Nesting T>
void epilogue(InputArchive& archive, const T&) {
  archive.reader().leave();
}

template <class T>
requires std::is_arithmetic_v<T>
void save(OutputArchive& archive, const T& value) {
  static_assert(!std::same_as<T, long double>,
                "long double differs between machines; use double in what is replicated");
  if constexpr (std::same_as<T, bool>) {
    archive.writer().boolean(value);
  } else {
    archive.writer().number(value);
  }
}

template <class T>
requires std::is_arithmetic_v<T>
void load(InputArchive& archive, T& value) {
  static_assert(!std::same_as<T, long double>,
                "long double differs between machines; use double in what is replicated");
  if constexpr (std::same_as<T, bool>) {
    value = archive.reader().boolean();
  } else {
    value = archive.reader().template number<T>();
  }
}

/// The size of a container that somebody else's `save` and `load` handle. Each of its elements must
/// take at least one byte: a larger size than there are bytes left is refused.
template <class T>
void save(OutputArchive& archive, const cereal::SizeTag<T>& tag) {
  archive.writer().count({static_cast<std::size_t>(tag.size), 1});
}
template <class T>
void load(InputArchive& archive, cereal::SizeTag<T>& tag) {
  tag.size = archive.reader().count({.encoded_min = 1, .allocated = 1});
}

template <class T>
void save(OutputArchive& archive, const cereal::NameValuePair<T>& pair) {
  archive(pair.value);
}
template <class T>
void load(InputArchive& archive, cereal::NameValuePair<T>& pair) {
  archive(pair.value);
}

template <class Key, class Value>
void save(OutputArchive& archive, const cereal::MapItem<Key, Value>& item) {
  archive(item.key, item.value);
}
template <class Key, class Value>
void load(InputArchive& archive, cereal::MapItem<Key, Value>& item) {
  archive(item.key, item.value);
}

inline void save(OutputArchive& archive, const Bytes& bytes) {
  archive.writer().count({bytes.size(), 1, shared_overhead});
  archive.writer().raw(bytes.view());
}
inline void load(InputArchive& archive, Bytes& bytes) { bytes = archive.reader().bytes(); }

/// Bytes that a user's `save` and `load` have made room for themselves, after a size tag.
template <class T>
requires std::is_pointer_v<std::remove_reference_t<T>>
void save(OutputArchive& archive, const cereal::BinaryData<T>& binary) {
  using Element = std::remove_cv_t<std::remove_pointer_t<std::remove_reference_t<T>>>;
  const auto size = static_cast<std::size_t>(binary.size);
  if constexpr (std::is_void_v<Element>) {
    archive.writer().raw({static_cast<const std::uint8_t*>(binary.data), size});
  } else {
    static_assert(Scalar<Element>, "only numbers and bytes are written as they lie in memory");
    const auto* const data = static_cast<const Element*>(binary.data);
    archive.writer().numbers(std::span<const Element>(data, size / sizeof(Element)));
  }
}

template <class T>
requires std::is_pointer_v<std::remove_reference_t<T>>
void load(InputArchive& archive, cereal::BinaryData<T>& binary) {
  using Element = std::remove_pointer_t<std::remove_reference_t<T>>;
  const auto size = static_cast<std::size_t>(binary.size);
  if constexpr (std::is_void_v<Element>) {
    archive.reader().numbers(
        std::span<std::uint8_t>(static_cast<std::uint8_t*>(binary.data), size));
  } else {
    static_assert(Scalar<Element>, "only numbers and bytes are read as they lie in memory");
    auto* const data = static_cast<Element*>(binary.data);
    archive.reader().numbers(std::span<Element>(data, size / sizeof(Element)));
  }
}

}  // namespace tessera::codec
