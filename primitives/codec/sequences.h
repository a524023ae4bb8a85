#pragma once

#include <tessera/primitives/codec/basics.h>

#include <cereal/types/array.hpp>
#include <cereal/types/deque.hpp>
#include <cereal/types/forward_list.hpp>
#include <cereal/types/list.hpp>
#include <cereal/types/queue.hpp>
#include <cereal/types/stack.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/valarray.hpp>
#include <cereal/types/vector.hpp>

#include <array>
#include <deque>
#include <forward_list>
#include <iterator>
#include <list>
#include <span>
#include <string>
#include <valarray>
#include <vector>

/// Containers with an order of their own: the number of elements, then the elements. (Queues and
/// stacks are written by cereal as the container inside them.)
namespace tessera::codec {

/// What a container of T takes in memory.
struct Overhead {
  std::size_t each = 0;   ///< for an element, besides the element
  std::size_t fixed = 0;  ///< for the container, also when it is empty
};
/// A string grows to twice what it holds without allocating.
template <class Char>
inline constexpr Overhead string_overhead{.fixed = 16 * sizeof(Char)};
/// An empty libstdc++ deque has a block of 512 bytes and eight pointers to blocks already.
template <class T>
inline constexpr Overhead deque_overhead{.each = 1 + sizeof(T) / 8, .fixed = 640};
inline constexpr Overhead linked_overhead{.each = node_overhead};

/// Writes how many elements follow; the reader of `element_size<T>` will charge the same.
template <class T>
void save_count(OutputArchive& archive, std::size_t count, Overhead overhead = {}) {
  archive.writer().count({count, sizeof(T) + overhead.each, overhead.fixed});
}

/// Reads how many elements follow.
template <class T>
[[nodiscard]] std::size_t load_count(InputArchive& archive, Overhead overhead = {}) {
  return archive.reader().count({.encoded_min = Scalar<T> ? sizeof(T) : 0,
                                 .allocated = sizeof(T) + overhead.each,
                                 .fixed = overhead.fixed});
}

template <class Sequence>
void save_elements(OutputArchive& archive, const Sequence& sequence) {
  for (const auto& element : sequence) archive(element);
}

/// Appends `count` elements at the end, one by one as they are read.
template <class Sequence>
void load_elements(InputArchive& archive, Sequence& sequence, std::size_t count) {
  for (std::size_t loaded = 0; loaded < count; ++loaded) {
    sequence.emplace_back();
    archive(sequence.back());
  }
}

// std::basic_string

template <Scalar Char, class Traits, class Allocator>
void save(OutputArchive& archive, const std::basic_string<Char, Traits, Allocator>& text) {
  save_count<Char>(archive, text.size(), string_overhead<Char>);
  archive.writer().numbers(std::span<const Char>(text));
}

template <Scalar Char, class Traits, class Allocator>
void load(InputArchive& archive, std::basic_string<Char, Traits, Allocator>& text) {
  text.resize(load_count<Char>(archive, string_overhead<Char>));
  archive.reader().numbers(std::span<Char>(text));
}

// std::vector

template <class T, class Allocator>
void save(OutputArchive& archive, const std::vector<T, Allocator>& vector) {
  save_count<T>(archive, vector.size());
  if constexpr (Scalar<T>) {
    archive.writer().numbers(std::span<const T>(vector));
  } else {
    save_elements(archive, vector);
  }
}

template <class T, class Allocator>
void load(InputArchive& archive, std::vector<T, Allocator>& vector) {
  const std::size_t count = load_count<T>(archive);
  vector.clear();
  if constexpr (Scalar<T>) {
    vector.resize(count);
    archive.reader().numbers(std::span<T>(vector));
  } else {
    vector.reserve(count);
    load_elements(archive, vector, count);
  }
}

template <class Allocator>
void save(OutputArchive& archive, const std::vector<bool, Allocator>& vector) {
  save_count<bool>(archive, vector.size());
  for (const bool bit : vector) archive.writer().boolean(bit);
}

template <class Allocator>
void load(InputArchive& archive, std::vector<bool, Allocator>& vector) {
  vector.assign(archive.reader().count({.encoded_min = 1, .allocated = 1}), false);
  for (auto&& bit : vector) bit = archive.reader().boolean();
}

// std::deque, std::list, std::forward_list

template <class T, class Allocator>
void save(OutputArchive& archive, const std::deque<T, Allocator>& deque) {
  save_count<T>(archive, deque.size(), deque_overhead<T>);
  save_elements(archive, deque);
}

template <class T, class Allocator>
void load(InputArchive& archive, std::deque<T, Allocator>& deque) {
  const std::size_t count = load_count<T>(archive, deque_overhead<T>);
  deque.clear();
  load_elements(archive, deque, count);
}

template <class T, class Allocator>
void save(OutputArchive& archive, const std::list<T, Allocator>& list) {
  save_count<T>(archive, list.size(), linked_overhead);
  save_elements(archive, list);
}

template <class T, class Allocator>
void load(InputArchive& archive, std::list<T, Allocator>& list) {
  const std::size_t count = load_count<T>(archive, linked_overhead);
  list.clear();
  load_elements(archive, list, count);
}

template <class T, class Allocator>
void save(OutputArchive& archive, const std::forward_list<T, Allocator>& list) {
  const auto size = static_cast<std::size_t>(std::distance(list.begin(), list.end()));
  save_count<T>(archive, size, linked_overhead);
  save_elements(archive, list);
}

template <class T, class Allocator>
void load(InputArchive& archive, std::forward_list<T, Allocator>& list) {
  const std::size_t count = load_count<T>(archive, linked_overhead);
  list.clear();
  auto last = list.before_begin();
  for (std::size_t loaded = 0; loaded < count; ++loaded) {
    last = list.emplace_after(last);
    archive(*last);
  }
}

// std::valarray

template <class T>
void save(OutputArchive& archive, const std::valarray<T>& array) {
  save_count<T>(archive, array.size());
  save_elements(archive, array);
}

template <class T>
void load(InputArchive& archive, std::valarray<T>& array) {
  array.resize(load_count<T>(archive));
  for (auto& element : array) archive(element);
}

// std::array and C arrays have no count.

template <class T, std::size_t size>
void save(OutputArchive& archive, const std::array<T, size>& array) {
  if constexpr (Scalar<T>) {
    archive.writer().numbers(std::span<const T>(array));
  } else {
    save_elements(archive, array);
  }
}

template <class T, std::size_t size>
void load(InputArchive& archive, std::array<T, size>& array) {
  if constexpr (Scalar<T>) {
    archive.reader().numbers(std::span<T>(array));
  } else {
    for (auto& element : array) archive(element);
  }
}

}  // namespace tessera::codec
