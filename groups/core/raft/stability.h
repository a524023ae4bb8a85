#pragma once

#include <tessera/groups/core/effects.h>
#include <tessera/storage/cursor.h>

#include <deque>

/// How much of this member's own log is on stable storage: the only thing by which it counts
/// itself.
///
/// Writes complete in order, but a later one may overwrite what an earlier one wrote: a
/// truncation therefore takes back what pending writes would have made durable.
namespace tessera::core {

class Stability {
 public:
  explicit Stability(Cursor durable = {}) : durable_(durable) {}

  [[nodiscard]] Cursor durable() const { return durable_; }

  /// The write `ticket` extends the log to `last`.
  void written(Ticket ticket, const Cursor& last);
  /// The log now ends at `last`, which lies before what was written.
  void truncated_to(const Cursor& last);
  /// The log was replaced by its base, which the write `ticket` makes durable.
  void replaced(Ticket ticket, const Cursor& base);
  void persisted(Ticket ticket);

 private:
  struct Pending {
    Ticket ticket;
    Cursor last;
  };
  Cursor durable_;
  std::deque<Pending> pending_;
};

}  // namespace tessera::core
