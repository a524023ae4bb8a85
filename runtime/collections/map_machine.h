#pragma once

#include <tessera/groups/apply_context.h>
#include <tessera/primitives/unique_id.h>
#include <tessera/runtime/collections/map_content.h>
#include <tessera/statesync/snapshot_sync.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// The state machine of the built-in replicated map: ordered keys, last write wins, and a
/// compare-and-exchange that says whether it happened.
namespace tessera {

/// `K`: ordered, and like `V` copyable and serialisable with cereal.
template <class K, class V>
class MapMachine {
 public:
  struct Command {
    enum class Kind : std::uint8_t { write, remove, compare_exchange, clear };
    Kind kind = Kind::write;
    /// What `write` sets; with `compare_exchange` the one entry's value is the one wanted.
    std::vector<std::pair<K, V>> entries;
    std::vector<K> keys;        ///< what `remove` removes; what `compare_exchange` concerns
    std::optional<V> expected;  ///< of `compare_exchange`; nothing: absent

    template <class Archive>
    void serialize(Archive& archive) {
      archive(kind, entries, keys, expected);
    }
  };

  /// What became of a command.
  struct Result {
    bool done = false;          ///< a key was new, was there, or held what was expected
    std::uint64_t changed = 0;  ///< keys that hold something else than before, or that are gone
    std::optional<V> before;    ///< what a single key held

    template <class Archive>
    void serialize(Archive& archive) {
      archive(done, changed, before);
    }
  };

  struct Query {
    enum class Kind : std::uint8_t { get, range, size, digest };
    Kind kind = Kind::get;
    std::optional<K> key;  ///< to look up; for `range`: behind which to begin
    std::uint64_t count = 0;

    template <class Archive>
    void serialize(Archive& archive) {
      archive(kind, key, count);
    }
  };

  struct QueryResult {
    std::optional<V> value;
    std::vector<std::pair<K, V>> entries;
    std::uint64_t size = 0;
    UniqueId digest;
  };

  using StateSync = SnapshotSync<MapMachine>;
  using Content = MapContent<K, V>;
  using Snapshot = typename SnapshotMap<K, V>::View;

  /// An empty map. `name`: tells maps of different meaning apart, as a part of the group id.
  /// `shown`: where others read what this map holds, from when it is in service; nothing if nobody
  /// does.
  explicit MapMachine(std::string name = "map", std::shared_ptr<Content> shown = nullptr)
      : name_(std::move(name)), content_(std::make_shared<Content>()), shown_(std::move(shown)) {}
  MapMachine(const MapMachine& other)
      : name_(other.name_), content_(std::make_shared<Content>(*other.content_)) {}
  MapMachine(MapMachine&&) noexcept = default;
  MapMachine& operator=(MapMachine&&) noexcept = default;

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tessera/map/1").derive(name_); }
  [[nodiscard]] StateSync state_sync() const { return {}; }

  /// This map is the member's from now on: readers see it, whole, in the place of the one before.
  void in_service() {
    if (!shown_ || shown_ == content_) return;
    shown_->take(*content_);
    content_ = shown_;
  }

  /// Costs the same however much the map holds; see `SnapshotMap`.
  [[nodiscard]] Snapshot create_snapshot() const { return content_->view(); }
  void install_snapshot(std::vector<typename Snapshot::Item> items) {
    for (auto& [key, value] : items) content_->exchange(key, std::move(value));
  }

  Result apply(const Command& command, const ApplyContext&) {
    switch (command.kind) {
      case Command::Kind::write:
        return write(command.entries);
      case Command::Kind::remove:
        return remove(command.keys);
      case Command::Kind::compare_exchange:
        return compare_exchange(command);
      case Command::Kind::clear:
        return cleared();
    }
    return {};
  }

  [[nodiscard]] QueryResult query(const Query& query) const {
    QueryResult result;
    switch (query.kind) {
      case Query::Kind::get:
        if (query.key) result.value = content_->get(*query.key);
        break;
      case Query::Kind::range:
        result.entries = content_->range(query.key, query.count);
        break;
      case Query::Kind::digest:
        result.digest = content_->digest();
        break;
      case Query::Kind::size:
        break;
    }
    result.size = content_->size();
    return result;
  }

 private:
  Result write(const std::vector<std::pair<K, V>>& entries) {
    Result result;
    for (const auto& [key, value] : entries) {
      auto before = content_->exchange(key, value);
      if (!before || !(*before == value)) ++result.changed;
      if (!before) result.done = true;
      if (entries.size() == 1) result.before = std::move(before);
    }
    return result;
  }

  Result remove(const std::vector<K>& keys) {
    Result result;
    for (const K& key : keys) {
      auto before = content_->exchange(key, std::nullopt);
      if (before) ++result.changed;
      if (keys.size() == 1) result.before = std::move(before);
    }
    result.done = result.changed != 0;
    return result;
  }

  Result compare_exchange(const Command& command) {
    Result result;
    if (command.keys.size() != 1) return result;
    const K& key = command.keys.front();
    result.before = content_->get(key);
    result.done = result.before == command.expected;
    if (!result.done) return result;
    std::optional<V> desired;
    if (!command.entries.empty()) desired = command.entries.front().second;
    result.changed = result.before == desired ? 0 : 1;
    content_->exchange(key, std::move(desired));
    return result;
  }

  Result cleared() {
    Result result;
    result.changed = content_->clear();
    result.done = result.changed != 0;
    return result;
  }

  std::string name_;
  std::shared_ptr<Content> content_;
  std::shared_ptr<Content> shown_;
};

}  // namespace tessera
