#pragma once

#include <tessera/primitives/codec.h>
#include <tessera/primitives/hash.h>

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>
#include <vector>

/// What a replicated map holds on one member.
///
/// Written by the member's machine only, read from any thread: every function takes the lock.
namespace tessera {

template <class K, class V>
class MapContent {
 public:
  using Entry = std::pair<K, V>;

  MapContent() = default;
  MapContent(const MapContent& other) : entries_(other.copy()) {}
  MapContent& operator=(const MapContent&) = delete;

  [[nodiscard]] std::optional<V> get(const K& key) const {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(key);
    return found == entries_.end() ? std::nullopt : std::optional<V>(found->second);
  }
  [[nodiscard]] std::size_t size() const {
    const std::shared_lock lock(mutex_);
    return entries_.size();
  }
  [[nodiscard]] std::map<K, V> copy() const {
    const std::shared_lock lock(mutex_);
    return entries_;
  }
  template <class Visit>
  void for_each(Visit visit) const {
    const std::shared_lock lock(mutex_);
    for (const auto& [key, value] : entries_) visit(key, value);
  }
  /// Up to `count` entries in order of their keys, behind `after` if there is one.
  [[nodiscard]] std::vector<Entry> range(const std::optional<K>& after, std::size_t count) const {
    const std::shared_lock lock(mutex_);
    std::vector<Entry> found;
    auto at = after ? entries_.upper_bound(*after) : entries_.begin();
    for (; at != entries_.end() && found.size() < count; ++at) found.emplace_back(*at);
    return found;
  }
  /// Equal on members that hold the same entries, and only there.
  [[nodiscard]] UniqueId digest() const {
    const std::shared_lock lock(mutex_);
    Hasher hasher("tessera/map");
    for (const auto& [key, value] : entries_) {
      hasher.add(encode(key).view()).add(encode(value).view());
    }
    return hasher.digest();
  }

  /// Sets or, without a value, removes `key`; what it held before.
  std::optional<V> exchange(const K& key, std::optional<V> value) {
    const std::unique_lock lock(mutex_);
    std::optional<V> before;
    const auto found = entries_.find(key);
    if (found != entries_.end()) before = std::move(found->second);
    if (value && found != entries_.end()) {
      found->second = *std::move(value);
    } else if (value) {
      entries_.emplace(key, *std::move(value));
    } else if (found != entries_.end()) {
      entries_.erase(found);
    }
    return before;
  }
  std::size_t clear() {
    const std::unique_lock lock(mutex_);
    const std::size_t count = entries_.size();
    entries_.clear();
    return count;
  }

 private:
  mutable std::shared_mutex mutex_;
  std::map<K, V> entries_;
};

}  // namespace tessera
