#include <tessera/groups/core/raft/stability.h>

namespace tessera::core {

void Stability::written(Ticket ticket, const Cursor& last) { pending_.push_back({ticket, last}); }

void Stability::truncated_to(const Cursor& last) {
  if (durable_.index > last.index) durable_ = last;
  for (Pending& write : pending_) {
    if (write.last.index > last.index) write.last = last;
  }
}

void Stability::replaced(Ticket ticket, const Cursor& base) {
  durable_ = Cursor{};
  pending_.clear();
  pending_.push_back({ticket, base});
}

void Stability::persisted(Ticket ticket) {
  while (!pending_.empty() && pending_.front().ticket <= ticket) {
    if (pending_.front().last.index > durable_.index) durable_ = pending_.front().last;
    pending_.pop_front();
  }
}

}  // namespace tessera::core
