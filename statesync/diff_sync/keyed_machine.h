#pragma once

#include <tessera/primitives/codec.h>
#include <tessera/statesync/diff_sync/keyed_port.h>
#include <tessera/statesync/snapshot_sync/part_cutter.h>
#include <tessera/statesync/snapshot_sync/state_parts.h>

#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

/// The keyed state of a user's machine behind the untyped port.
namespace tessera::diff_sync {

/// A `KeyedState`.
template <class M>
using StateOf = std::remove_cvref_t<decltype(std::declval<const M&>().keyed_state())>;

template <class State>
class KeyedMachine final : public KeyedPort {
 public:
  using Key = typename State::Key;
  using Change = typename State::Change;

  /// `part_bytes`: about how large a part of a snapshot is.
  KeyedMachine(const State& state, std::size_t part_bytes)
      : state_(state), part_bytes_(part_bytes) {}

  [[nodiscard]] UpdateId update_id() const override { return state_.update_id(); }

  [[nodiscard]] std::optional<std::uint64_t> bytes_behind(UpdateId from) const override {
    if (!state_.reaches_back_to(from)) return std::nullopt;
    // As if all were as large as the first of them.
    constexpr std::size_t sample_max = 32;
    std::size_t sampled = 0;
    std::vector<std::uint8_t> sample;
    state_.visit_changes({from, std::nullopt}, [&](const Change& change) {
      if (sampled == sample_max || !append(sample, change)) return false;
      ++sampled;
      return true;
    });
    if (sampled == 0) return 0;
    return sample.size() * static_cast<std::uint64_t>(state_.changes_behind(from)) / sampled;
  }

  [[nodiscard]] Changes changes(const Place& after, std::size_t bytes_max) const override {
    Changes found;
    found.portion.after = after;
    found.portion.newest = state_.update_id();
    const auto begin = typed(after);
    if (!begin || !state_.reaches_back_to(*begin)) return found;
    found.portion.upto = after;
    found.all = true;
    std::vector<std::uint8_t> items;
    state_.visit_changes(*begin, [&](const Change& change) {
      const std::size_t before = items.size();
      const bool fits = append(items, change) && (before == 0 || items.size() <= bytes_max);
      if (!fits) {
        items.resize(before);
        found.all = false;
        return false;
      }
      found.portion.upto = Place{change.id, encode(*change.key)};
      return true;
    });
    found.portion.changes = Bytes(std::move(items));
    return found;
  }

  [[nodiscard]] bool is_right(const Portion& portion) const override {
    const auto changes = decoded(portion.changes);
    const auto after = typed(portion.after);
    if (!changes || !after || !portion.upto) return false;
    if (changes->empty()) return *portion.upto == portion.after;
    auto last = std::pair(after->id, after->key);
    bool whole_update = !after->key;  // nothing more of that update is expected
    for (const Change& change : *changes) {
      if (!change.key) return false;
      const bool follows =
          whole_update ? last.first < change.id
                       : std::tie(last.first, last.second) < std::tie(change.id, change.key);
      if (!follows) return false;
      last = {change.id, change.key};
      whole_update = false;
    }
    return portion.upto == Place{last.first, encode(*last.second)};
  }

  [[nodiscard]] Result<std::unique_ptr<StateReader>> amended(
      const std::vector<Bytes>& changes) const override {
    typename State::Changes all;
    for (const Bytes& some : changes) {
      auto next = decoded(some);
      if (!next) return std::move(next).error();
      all.insert(all.end(), std::make_move_iterator(next->begin()),
                 std::make_move_iterator(next->end()));
    }
    return std::unique_ptr<StateReader>(std::make_unique<snapshot_sync::Reader<State>>(
        state_.amended(std::move(all)), part_bytes_));
  }

 private:
  /// False if the change cannot be encoded; then it only travels in a snapshot, which says so.
  static bool append(std::vector<std::uint8_t>& items, const Change& change) {
    const auto encoded = try_encode(change);
    if (encoded) snapshot_sync::append_item(items, encoded->view());
    return encoded.has_value();
  }

  [[nodiscard]] static Result<typename State::Changes> decoded(const Bytes& items) {
    const auto each = snapshot_sync::items_of(items);
    if (!each) return each.error();
    typename State::Changes changes;
    for (const Bytes& item : *each) {
      auto change = decode<Change>(item);
      if (!change) return std::move(change).error().within("a change");
      changes.push_back(*std::move(change));
    }
    return changes;
  }

  [[nodiscard]] static std::optional<typename State::Place> typed(const Place& place) {
    typename State::Place typed{place.id, std::nullopt};
    if (!place.key) return typed;
    auto key = decode<Key>(*place.key);
    if (!key) return std::nullopt;
    typed.key = *std::move(key);
    return typed;
  }

  const State& state_;
  std::size_t part_bytes_;
};

}  // namespace tessera::diff_sync
