#pragma once

#include <tessera/primitives/unique_id.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

/// What the built-in replicated maps understand, wherever they keep their entries: ordered keys,
/// last write wins, and a compare-and-exchange that says whether it happened.
namespace tessera {

/// `K`: ordered, and like `V` copyable and serialisable with cereal.
template <class K, class V>
struct MapCommand {
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
template <class V>
struct MapOutcome {
  bool done = false;          ///< a key was new, was there, or held what was expected
  std::uint64_t changed = 0;  ///< keys that hold something else than before, or that are gone
  std::optional<V> before;    ///< what a single key held

  template <class Archive>
  void serialize(Archive& archive) {
    archive(done, changed, before);
  }
};

template <class K>
struct MapQuery {
  enum class Kind : std::uint8_t { get, range, size, digest };
  Kind kind = Kind::get;
  std::optional<K> key;  ///< to look up; for `range`: behind which to begin
  std::uint64_t count = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(kind, key, count);
  }
};

template <class K, class V>
struct MapAnswer {
  std::optional<V> value;
  std::vector<std::pair<K, V>> entries;
  std::uint64_t size = 0;
  UniqueId digest;
};

/// Carries commands and queries out on what a map holds: `Content` has `get`, `exchange`, `clear`,
/// `range`, `size` and `digest`, see `MapContent`.
template <class K, class V, class Content>
class MapOperations {
 public:
  using Command = MapCommand<K, V>;
  using Outcome = MapOutcome<V>;

  static Outcome apply(Content& content, const Command& command) {
    switch (command.kind) {
      case Command::Kind::write:
        return write(content, command.entries);
      case Command::Kind::remove:
        return remove(content, command.keys);
      case Command::Kind::compare_exchange:
        return compare_exchange(content, command);
      case Command::Kind::clear:
        return cleared(content);
    }
    return {};
  }

  static MapAnswer<K, V> query(const Content& content, const MapQuery<K>& query) {
    MapAnswer<K, V> answer;
    switch (query.kind) {
      case MapQuery<K>::Kind::get:
        if (query.key) answer.value = content.get(*query.key);
        break;
      case MapQuery<K>::Kind::range:
        answer.entries = content.range(query.key, query.count);
        break;
      case MapQuery<K>::Kind::digest:
        answer.digest = content.digest();
        break;
      case MapQuery<K>::Kind::size:
        break;
    }
    answer.size = content.size();
    return answer;
  }

 private:
  static Outcome write(Content& content, const std::vector<std::pair<K, V>>& entries) {
    Outcome outcome;
    for (const auto& [key, value] : entries) {
      auto before = content.exchange(key, value);
      if (!before || !(*before == value)) ++outcome.changed;
      if (!before) outcome.done = true;
      if (entries.size() == 1) outcome.before = std::move(before);
    }
    return outcome;
  }

  static Outcome remove(Content& content, const std::vector<K>& keys) {
    Outcome outcome;
    for (const K& key : keys) {
      auto before = content.exchange(key, std::nullopt);
      if (before) ++outcome.changed;
      if (keys.size() == 1) outcome.before = std::move(before);
    }
    outcome.done = outcome.changed != 0;
    return outcome;
  }

  static Outcome compare_exchange(Content& content, const Command& command) {
    Outcome outcome;
    if (command.keys.size() != 1) return outcome;
    const K& key = command.keys.front();
    outcome.before = content.get(key);
    outcome.done = outcome.before == command.expected;
    if (!outcome.done) return outcome;
    std::optional<V> desired;
    if (!command.entries.empty()) desired = command.entries.front().second;
    outcome.changed = outcome.before == desired ? 0 : 1;
    content.exchange(key, std::move(desired));
    return outcome;
  }

  static Outcome cleared(Content& content) {
    Outcome outcome;
    outcome.changed = content.clear();
    outcome.done = outcome.changed != 0;
    return outcome;
  }
};

}  // namespace tessera
