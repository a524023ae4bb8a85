#pragma once

#include <tessera/primitives/codec.h>
#include <tessera/primitives/hash.h>
#include <tessera/primitives/snapshot_map.h>

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>
#include <vector>

/// What a replicated map holds on one member.
///
/// Written by the member's machine only, read from any thread: every function takes the lock, but
/// `view`, which is for the machine's thread as are the views it returns.
namespace tessera {

template <class K, class V>
class MapContent {
 public:
  using Entry = std::pair<K, V>;

  MapContent() = default;
  MapContent(const MapContent& other) {
    const std::shared_lock lock(other.mutex_);
    entries_ = other.entries_;
  }
  MapContent& operator=(const MapContent&) = delete;

  [[nodiscard]] std::optional<V> get(const K& key) const {
    const std::shared_lock lock(mutex_);
    const V* found = entries_.find(key);
    return found == nullptr ? std::nullopt : std::optional<V>(*found);
  }
  [[nodiscard]] std::size_t size() const {
    const std::shared_lock lock(mutex_);
    return entries_.size();
  }
  [[nodiscard]] std::map<K, V> copy() const {
    const std::shared_lock lock(mutex_);
    return entries_.entries();
  }
  template <class Visit>
  void for_each(Visit visit) const {
    const std::shared_lock lock(mutex_);
    for (const auto& [key, value] : entries_.entries()) visit(key, value);
  }
  /// Up to `count` entries in order of their keys, behind `after` if there is one.
  [[nodiscard]] std::vector<Entry> range(const std::optional<K>& after, std::size_t count) const {
    const std::shared_lock lock(mutex_);
    std::vector<Entry> found;
    const std::map<K, V>& entries = entries_.entries();
    auto at = after ? entries.upper_bound(*after) : entries.begin();
    for (; at != entries.end() && found.size() < count; ++at) found.emplace_back(*at);
    return found;
  }
  /// Equal on members that hold the same entries, and only there.
  [[nodiscard]] UniqueId digest() const {
    const std::shared_lock lock(mutex_);
    Hasher hasher("tessera/map");
    for (const auto& [key, value] : entries_.entries()) {
      hasher.add(encode(key).view()).add(encode(value).view());
    }
    return hasher.digest();
  }

  /// Sets or, without a value, removes `key`; what it held before.
  std::optional<V> exchange(const K& key, std::optional<V> value) {
    const std::unique_lock lock(mutex_);
    return value ? entries_.set(key, *std::move(value)) : entries_.erase(key);
  }
  std::size_t clear() {
    const std::unique_lock lock(mutex_);
    const std::size_t count = entries_.size();
    entries_.clear();
    return count;
  }

  /// Everything as it is now, to read one after the other while writes go on.
  [[nodiscard]] typename SnapshotMap<K, V>::View view() const { return entries_.view(); }
  /// Takes what `other` holds, all at once.
  void take(MapContent& other) {
    const std::scoped_lock lock(mutex_, other.mutex_);
    entries_ = std::move(other.entries_);
  }

 private:
  mutable std::shared_mutex mutex_;
  SnapshotMap<K, V> entries_;
};

}  // namespace tessera
