#pragma once

#include <tessera/primitives/codec/sequences.h>

#include <cereal/types/map.hpp>
#include <cereal/types/set.hpp>

#include <map>
#include <set>
#include <utility>

/// Sorted containers: the number of elements, then the elements in the container's order. A message
/// with another order, or with an equal key where keys are unique, is refused.
namespace tessera::codec {

template <class Container>
void save_sorted_set(OutputArchive& archive, const Container& set) {
  save_count<typename Container::value_type>(archive, set.size(), linked_overhead);
  for (const auto& key : set) archive(key);
}

template <class Container>
void save_sorted_map(OutputArchive& archive, const Container& map) {
  save_count<typename Container::value_type>(archive, map.size(), linked_overhead);
  for (const auto& [key, value] : map) archive(key, value);
}

/// Equal keys may follow one another in a multimap or multiset, and nowhere else.
enum class EqualKeys { refused, allowed };

/// Fails unless `next` may come after `last` in an order given by `less`.
template <EqualKeys equal_keys, class Key, class Less>
void require_ascending(ByteReader& reader, const std::pair<const Key&, const Key&>& last_and_next,
                       const Less& less) {
  const auto& [last, next] = last_and_next;
  const bool ascending = equal_keys == EqualKeys::allowed ? !less(next, last) : less(last, next);
  if (!ascending) reader.fail("the keys of a container are not in ascending order");
}

template <EqualKeys equal_keys, class Container>
void load_sorted_set(InputArchive& archive, Container& set) {
  using Key = typename Container::key_type;
  const std::size_t count = load_count<Key>(archive, linked_overhead);
  set.clear();
  for (std::size_t loaded = 0; loaded < count; ++loaded) {
    Key key{};
    archive(key);
    if (!set.empty()) {
      require_ascending<equal_keys, Key>(archive.reader(), {*set.rbegin(), key}, set.key_comp());
    }
    set.emplace_hint(set.end(), std::move(key));
  }
}

template <EqualKeys equal_keys, class Container>
void load_sorted_map(InputArchive& archive, Container& map) {
  using Key = typename Container::key_type;
  using Item = typename Container::value_type;
  const std::size_t count = load_count<Item>(archive, linked_overhead);
  map.clear();
  for (std::size_t loaded = 0; loaded < count; ++loaded) {
    Key key{};
    typename Container::mapped_type value{};
    archive(key, value);
    if (!map.empty()) {
      require_ascending<equal_keys, Key>(archive.reader(), {map.rbegin()->first, key},
                                         map.key_comp());
    }
    map.emplace_hint(map.end(), std::move(key), std::move(value));
  }
}

template <class Key, class Less, class Allocator>
void save(OutputArchive& archive, const std::set<Key, Less, Allocator>& set) {
  save_sorted_set(archive, set);
}
template <class Key, class Less, class Allocator>
void load(InputArchive& archive, std::set<Key, Less, Allocator>& set) {
  load_sorted_set<EqualKeys::refused>(archive, set);
}

template <class Key, class Less, class Allocator>
void save(OutputArchive& archive, const std::multiset<Key, Less, Allocator>& set) {
  save_sorted_set(archive, set);
}
template <class Key, class Less, class Allocator>
void load(InputArchive& archive, std::multiset<Key, Less, Allocator>& set) {
  load_sorted_set<EqualKeys::allowed>(archive, set);
}

template <class Key, class Value, class Less, class Allocator>
void save(OutputArchive& archive, const std::map<Key, Value, Less, Allocator>& map) {
  save_sorted_map(archive, map);
}
template <class Key, class Value, class Less, class Allocator>
void load(InputArchive& archive, std::map<Key, Value, Less, Allocator>& map) {
  load_sorted_map<EqualKeys::refused>(archive, map);
}

template <class Key, class Value, class Less, class Allocator>
void save(OutputArchive& archive, const std::multimap<Key, Value, Less, Allocator>& map) {
  save_sorted_map(archive, map);
}
template <class Key, class Value, class Less, class Allocator>
void load(InputArchive& archive, std::multimap<Key, Value, Less, Allocator>& map) {
  load_sorted_map<EqualKeys::allowed>(archive, map);
}

}  // namespace tessera::codec
