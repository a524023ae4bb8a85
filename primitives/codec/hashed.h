#pragma once

#include <tessera/primitives/codec/item_order.h>
#include <tessera/primitives/codec/sequences.h>

#include <cereal/types/unordered_map.hpp>
#include <cereal/types/unordered_set.hpp>

#include <unordered_map>
#include <unordered_set>
#include <utility>

/// Hashed containers: the number of items, then the items in the order of their encodings, so that
/// equal containers have equal encodings whatever their history. Another order is refused.
///
/// Each item is encoded by an archive of its own: what it looks like must not depend on what came
/// before it (cereal writes a class's version with the first object of the class only).
namespace tessera::codec {

template <class Container>
void save_hashed_set(OutputArchive& archive, const Container& set) {
  ByteWriter& writer = archive.writer();
  save_count<typename Container::value_type>(archive, set.size(), linked_overhead);
  ItemSorter items(writer);
  for (const auto& key : set) {
    OutputArchive item(writer);
    item(key);
    items.end_item();
  }
  items.sort();
}

template <class Container>
void save_hashed_map(OutputArchive& archive, const Container& map) {
  ByteWriter& writer = archive.writer();
  save_count<typename Container::value_type>(archive, map.size(), linked_overhead);
  ItemSorter items(writer);
  for (const auto& [key, value] : map) {
    OutputArchive item(writer);
    item(key, value);
    items.end_item();
  }
  items.sort();
}

/// Fails if a container took fewer items than there were: some had the same key.
inline void require_all_taken(ByteReader& reader, bool all_taken) {
  if (!all_taken) reader.fail("a hashed container holds a key twice");
}

template <class Container>
void load_hashed_set(InputArchive& archive, Container& set) {
  using Key = typename Container::key_type;
  ByteReader& reader = archive.reader();
  const std::size_t count = load_count<Key>(archive, linked_overhead);
  set.clear();
  set.reserve(count);
  ItemOrder order(reader);
  for (std::size_t loaded = 0; loaded < count; ++loaded) {
    Key key{};
    InputArchive item(reader);
    item(key);
    order.end_item();
    set.emplace(std::move(key));
  }
  require_all_taken(reader, set.size() == count);
}

template <class Container>
void load_hashed_map(InputArchive& archive, Container& map) {
  using Key = typename Container::key_type;
  ByteReader& reader = archive.reader();
  const std::size_t count = load_count<typename Container::value_type>(archive, linked_overhead);
  map.clear();
  map.reserve(count);
  ItemOrder order(reader);
  for (std::size_t loaded = 0; loaded < count; ++loaded) {
    Key key{};
    typename Container::mapped_type value{};
    InputArchive item(reader);
    item(key, value);
    order.end_item();
    map.emplace(std::move(key), std::move(value));
  }
  require_all_taken(reader, map.size() == count);
}

template <class Key, class Hash, class Equal, class Allocator>
void save(OutputArchive& archive, const std::unordered_set<Key, Hash, Equal, Allocator>& set) {
  save_hashed_set(archive, set);
}
template <class Key, class Hash, class Equal, class Allocator>
void load(InputArchive& archive, std::unordered_set<Key, Hash, Equal, Allocator>& set) {
  load_hashed_set(archive, set);
}

template <class Key, class Hash, class Equal, class Allocator>
void save(OutputArchive& archive, const std::unordered_multiset<Key, Hash, Equal, Allocator>& set) {
  save_hashed_set(archive, set);
}
template <class Key, class Hash, class Equal, class Allocator>
void load(InputArchive& archive, std::unordered_multiset<Key, Hash, Equal, Allocator>& set) {
  load_hashed_set(archive, set);
}

template <class Key, class Value, class Hash, class Equal, class Allocator>
void save(OutputArchive& archive,
          const std::unordered_map<Key, Value, Hash, Equal, Allocator>& map) {
  save_hashed_map(archive, map);
}
template <class Key, class Value, class Hash, class Equal, class Allocator>
void load(InputArchive& archive, std::unordered_map<Key, Value, Hash, Equal, Allocator>& map) {
  load_hashed_map(archive, map);
}

template <class Key, class Value, class Hash, class Equal, class Allocator>
void save(OutputArchive& archive,
          const std::unordered_multimap<Key, Value, Hash, Equal, Allocator>& map) {
  save_hashed_map(archive, map);
}
template <class Key, class Value, class Hash, class Equal, class Allocator>
void load(InputArchive& archive, std::unordered_multimap<Key, Value, Hash, Equal, Allocator>& map) {
  load_hashed_map(archive, map);
}

}  // namespace tessera::codec
