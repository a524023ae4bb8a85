#pragma once

#include <tessera/storage/cursor.h>

#include <iterator>
#include <map>
#include <utility>

/// A value that log entries set, at every position of the log that still matters: in force is
/// what the newest entry says, and what a truncated entry said is gone with it.
///
/// A value type; used for the configuration and the group settings.
namespace tessera::core {

template <class T>
class History {
 public:
  /// In force at and from `index` on: the value at the log's base.
  void restart(Index index, T value) {
    values_.clear();
    values_.emplace(index, std::move(value));
  }
  /// An entry at `index` says `value`.
  void set(Index index, T value) { values_.insert_or_assign(index, std::move(value)); }
  /// `value` is in force at `index`, which may lie before everything that is known.
  void fill_in(Index index, T value) {
    if (values_.empty() || index < values_.begin()->first) set(index, std::move(value));
  }
  /// The entries from `index` on are gone.
  void truncate_from(Index index) { values_.erase(values_.lower_bound(index), values_.end()); }

  [[nodiscard]] bool empty() const { return values_.empty(); }
  /// What the newest entry says; a default value while nothing is known.
  [[nodiscard]] const T& in_force() const {
    static const T none{};
    return values_.empty() ? none : std::prev(values_.end())->second;
  }
  /// The index of the entry that says so.
  [[nodiscard]] Index in_force_since() const {
    return values_.empty() ? Index{} : std::prev(values_.end())->first;
  }
  /// What is in force at `index`.
  [[nodiscard]] const T& at(Index index) const {
    static const T none{};
    const auto next = values_.upper_bound(index);
    return next == values_.begin() ? none : std::prev(next)->second;
  }
  /// Forgets what nobody at or above `index` needs.
  void forget_before(Index index) {
    const auto next = values_.upper_bound(index);
    if (next != values_.begin()) values_.erase(values_.begin(), std::prev(next));
  }

 private:
  std::map<Index, T> values_;
};

}  // namespace tessera::core
