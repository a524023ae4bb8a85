#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/statesync/entry.h>

#include <optional>
#include <utility>

/// The local log as a strategy sees it: its bounds, and the recent entries kept in memory.
///
/// A view, valid during the call in which it was got.
namespace tessera {

template <class Command>
class LogView {
 public:
  explicit LogView(const LogWindow& window) : window_(window) {}

  /// The position before the first entry held.
  [[nodiscard]] Cursor base() const { return window_.base(); }
  /// The last entry held.
  [[nodiscard]] Cursor last() const { return window_.last(); }
  /// The term of the entry at `index` (or of the base); nothing if it is not held.
  [[nodiscard]] std::optional<Term> term_at(Index index) const { return window_.term_at(index); }

  /// The entry at `index` if it is in memory; older ones come through `read_log`.
  [[nodiscard]] std::optional<Entry<Command>> recent(Index index) const {
    auto raw = window_.recent(index);
    if (!raw) return std::nullopt;
    return Entry<Command>(*std::move(raw));
  }

 private:
  const LogWindow& window_;
};

}  // namespace tessera
