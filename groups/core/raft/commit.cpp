#include <tessera/groups/core/raft/quorum.h>
#include <tessera/groups/core/raft/raft.h>

#include <algorithm>
#include <utility>

// When an entry is committed: thesis, 3.6.2.

namespace tessera::core {

bool Raft::settled() const { return leads() && committed().term == hard_.term; }

void Raft::advance_commit_index(TimePoint now) {
  if (!leads()) return;
  const Index agreed =
      agreed_index(configurations_.in_force(), [this](const MemberId& voter) -> Index {
        // The leader counts itself by what is on its own stable storage, like everybody else.
        if (voter == options_.self) return stability_.durable().index;
        const auto progress = progress_.find(voter);
        return progress == progress_.end() ? Index{} : progress->second.match();
      });
  // Entries of earlier terms are committed by one of this term behind them, never by counting.
  if (agreed <= hard_.commit || log_.term_at(agreed) != hard_.term) return;
  const Index before = hard_.commit;
  raise_commit(agreed);
  commit_untold_ = !progress_.empty();
  // A change may take this leader's vote: then these are its last words.
  if (configurations_.in_force_since() > before) tell_commit();
  open_round_if_waiting(now);
  finish_change(now);
}

void Raft::tell_commit() {
  if (!std::exchange(commit_untold_, false) || !leads()) return;
  for (auto& [member, progress] : progress_) {
    if (lacks_commit(member, progress)) replicate(member, progress, WhenEmpty::send);
  }
}

void Raft::persisted(TimePoint now, Ticket ticket) {
  stability_.persisted(ticket);
  written_ = std::max(written_, ticket);
  if (role_ == Role::candidate) count_vote(now, options_.self, true);
  advance_commit_index(now);
}

}  // namespace tessera::core
