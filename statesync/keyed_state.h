#pragma once

#include <tessera/primitives/check.h>
#include <tessera/primitives/snapshot_map.h>
#include <tessera/storage/cursor.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

/// Values by their keys, with the history of what was changed last.
///
/// For state machines that `DiffSync` brings up to date, and for anything else that keeps a copy
/// current by differences. Every update that changes something has a number, the *update id*, one
/// higher than that of the update before. Each key remembers the update that wrote it last; keys
/// that were removed are remembered as long as the history reaches back. So the changes behind an
/// update are one write for each key, however often it was written in between.
///
///     KeyedState<std::string, int> stock{1000};
///     auto update = stock.begin_update();
///     update.set("nuts", 5);                      // both changes belong to one update
///     update.erase("bolts");
///     stock.changes_since(UpdateId(41));          // nothing if that is too long ago
///
/// Deterministic: equal calls leave equal states, histories included, and a state that was loaded
/// from a snapshot or brought up to date by changes equals the one that these came from.
///
/// Belongs to one thread at a time; threads that only read may share it with each other. A view may
/// outlive the state.
namespace tessera {

using UpdateId = Ordinal<struct UpdateIdTag>;  ///< an update's number; 0: before the first

/// The last write of a key. `K` and `V`: copyable, serialisable with cereal, `K` ordered.
template <class K, class V>
struct KeyedChange {
  UpdateId id;             ///< the update that wrote it
  std::optional<K> key;    ///< nothing: the first item of a whole state, whose update id this is
  std::optional<V> value;  ///< nothing: the key was removed

  bool operator==(const KeyedChange&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(id, key, value);
  }
};

template <class K, class V>
class KeyedState {
 public:
  using Key = K;
  using Value = V;
  using Change = KeyedChange<K, V>;
  using Changes = std::vector<Change>;

 private:
  struct Row {
    UpdateId id;
    std::optional<V> value;
  };
  using Rows = SnapshotMap<K, Row>;

 public:
  class Snapshot;
  class Update;

  /// An empty state. `history_max`: so many updates the history reaches back; at least one. All
  /// copies of a state must be given the same.
  explicit KeyedState(std::uint64_t history_max = 10'000) : history_max_(history_max) {
    check(history_max > 0, "KeyedState: the history must reach back one update at least");
  }

  /// Begins an update. It gets its id with the first change, so that one that changes nothing has
  /// none. Valid until the next is begun.
  [[nodiscard]] Update begin_update() { return Update(*this); }

  [[nodiscard]] const V* find(const K& key) const {
    const Row* row = rows_.find(key);
    return row != nullptr && row->value ? &*row->value : nullptr;
  }
  /// Keys that have a value.
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Calls `visit(key, value)` for each, in the order of the keys.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [key, row] : rows_.entries()) {
      if (row.value) visit(key, *row.value);
    }
  }

  /// The number of the last update; 0 if there was none.
  [[nodiscard]] UpdateId update_id() const { return update_id_; }
  [[nodiscard]] std::uint64_t history_max() const { return history_max_; }
  /// True if all that was changed behind `from` is known.
  [[nodiscard]] bool reaches_back_to(UpdateId from) const { return from >= floor(); }
  /// The last write of each key that was changed behind `from`, in the order of the updates; empty
  /// if nothing was. Nothing if the history does not reach back that far: then only a snapshot
  /// helps.
  [[nodiscard]] std::optional<Changes> changes_since(UpdateId from) const {
    if (!reaches_back_to(from)) return std::nullopt;
    Changes changes;
    visit_changes({from, std::nullopt}, [&](Change change) {
      changes.push_back(std::move(change));
      return true;
    });
    return changes;
  }
  /// How many changes that would be, without looking at each.
  [[nodiscard]] std::size_t changes_behind(UpdateId from) const {
    std::size_t count = 0;
    for (auto at = recent_.upper_bound(from); at != recent_.end(); ++at) count += at->second.size();
    return count;
  }

  /// A place among the changes: behind all of update `id`, or behind `key` among those of `id`.
  struct Place {
    UpdateId id;
    std::optional<K> key;
  };
  /// True if all changes behind `place` are known.
  [[nodiscard]] bool reaches_back_to(const Place& place) const {
    return place.key ? place.id > floor() : reaches_back_to(place.id);
  }
  /// Calls `visit(change)` for each change behind `after` until it returns false. What the history
  /// no longer holds is left out: ask `reaches_back_to` before.
  template <class Visit>
  void visit_changes(const Place& after, Visit visit) const {
    auto update = after.key ? recent_.lower_bound(after.id) : recent_.upper_bound(after.id);
    for (; update != recent_.end(); ++update) {
      const std::set<K>& keys = update->second;
      const bool within = after.key && update->first == after.id;
      for (auto key = within ? keys.upper_bound(*after.key) : keys.begin(); key != keys.end();
           ++key) {
        if (!visit(Change{update->first, *key, rows_.find(*key)->value})) return;
      }
    }
  }

  /// Takes over changes of the same state further on: all that it `changes_since`, or what its
  /// snapshot consists of, at once or in portions, in that order.
  void amend(Changes changes) {
    for (Change& change : changes) {
      if (!change.key) {
        clear();
        update_id_ = change.id;
      } else {
        update_id_ = std::max(update_id_, change.id);
        put(*change.key, {change.id, std::move(change.value)});
      }
    }
    forget();
  }

  /// Everything as it is now, to read while updates go on. Costs the same however much that is.
  [[nodiscard]] Snapshot create_snapshot() const { return amended({}); }
  /// The snapshot that this state will have once it was amended by `changes`.
  [[nodiscard]] Snapshot amended(Changes changes) const {
    return Snapshot(*this, std::move(changes));
  }
  /// As `amend`; the name under which `SnapshotSync` knows it.
  void install_snapshot(Changes items) { amend(std::move(items)); }

  void clear() {
    rows_.clear();
    recent_.clear();
    size_ = 0;
    update_id_ = UpdateId();
  }

 private:
  [[nodiscard]] UpdateId floor() const { return update_id_ - history_max_; }

  void put(const K& key, Row row) {
    const UpdateId id = row.id;
    const bool has_value = row.value.has_value();
    const bool remembered = id > floor();
    const auto before = has_value || remembered ? rows_.set(key, std::move(row)) : rows_.erase(key);
    if (before) {
      if (before->value) --size_;
      if (const auto update = recent_.find(before->id); update != recent_.end()) {
        update->second.erase(key);
        if (update->second.empty()) recent_.erase(update);
      }
    }
    if (has_value) ++size_;
    if (remembered) recent_[id].insert(key);
  }

  /// Drops what lies further back than the history reaches.
  void forget() {
    while (!recent_.empty() && recent_.begin()->first <= floor()) {
      for (const K& key : recent_.begin()->second) {
        if (!rows_.find(key)->value) rows_.erase(key);
      }
      recent_.erase(recent_.begin());
    }
  }

  std::uint64_t history_max_;
  UpdateId update_id_;
  Rows rows_;  ///< removed keys without a value, as long as they are remembered
  std::map<UpdateId, std::set<K>> recent_;  ///< whose last write it is, behind `floor()`
  std::size_t size_ = 0;
};

/// One update, while it is made. A handle on the state, which outlives it.
template <class K, class V>
class KeyedState<K, V>::Update {
 public:
  explicit Update(KeyedState& state) : state_(state) {}

  void set(const K& key, V value) { write(key, std::optional<V>(std::move(value))); }
  /// False if there was no such key: nothing has changed then.
  bool erase(const K& key) {
    if (state_.find(key) == nullptr) return false;
    write(key, std::nullopt);
    return true;
  }
  /// Of this update; 0 if it has changed nothing.
  [[nodiscard]] UpdateId id() const { return id_; }

 private:
  void write(const K& key, std::optional<V> value) {
    const bool is_first = id_ == UpdateId();
    if (is_first) id_ = ++state_.update_id_;
    state_.put(key, {id_, std::move(value)});
    if (is_first) state_.forget();
  }

  KeyedState& state_;
  UpdateId id_;
};

/// A whole state, read once: its update id first, then the last write of each key, in the order of
/// the keys, those that were removed and are still remembered included.
template <class K, class V>
class KeyedState<K, V>::Snapshot {
 public:
  using Item = Change;

  /// See `KeyedState::amended`.
  Snapshot(const KeyedState& state, Changes changes)
      : rows_(state.rows_.view()), upto_(state.update_id_) {
    for (Change& change : changes) {
      check(change.key.has_value(), "KeyedState: a whole state is no change of another");
      upto_ = std::max(upto_, change.id);
      changed_.insert_or_assign(*std::move(change.key), Row{change.id, std::move(change.value)});
    }
    floor_ = upto_ - state.history_max_;
    row_ = rows_.next();
  }

  std::optional<Item> next() {
    if (!std::exchange(begun_, true)) return Item{upto_, std::nullopt, std::nullopt};
    while (row_ || !changed_.empty()) {
      std::pair<K, Row> item = take();
      // What is not remembered and has no value is not there.
      if (!item.second.value && item.second.id <= floor_) continue;
      return Item{item.second.id, std::move(item.first), std::move(item.second.value)};
    }
    return std::nullopt;
  }

 private:
  std::pair<K, Row> take() {
    const auto changed = changed_.begin();
    if (changed == changed_.end() || (row_ && row_->first < changed->first)) return take_row();
    if (row_ && !(changed->first < row_->first)) take_row();
    auto item = changed_.extract(changed);
    return {std::move(item.key()), std::move(item.mapped())};
  }
  std::pair<K, Row> take_row() {
    std::pair<K, Row> item = *std::move(row_);
    row_ = rows_.next();
    return item;
  }

  typename Rows::View rows_;
  std::optional<std::pair<K, Row>> row_;  ///< the next of them
  std::map<K, Row> changed_;
  UpdateId upto_;
  UpdateId floor_;
  bool begun_ = false;
};

}  // namespace tessera
