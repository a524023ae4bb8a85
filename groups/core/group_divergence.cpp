#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/group_state.h>
#include <tessera/groups/core/raft/quorum.h>

// A member whose state is not the group's: it keeps its log and its vote, and gets another state.

namespace tessera::core {

bool GroupCore::State::is_majority(const Anchor& anchor, const std::set<PeerId>& peers) const {
  const auto part = decode_runtime_part(anchor.runtime());
  if (!part) return false;
  std::set<MemberId> members;
  for (const auto* voters : {&part->configuration.voters, &part->configuration.voters_outgoing}) {
    for (const MemberId& voter : *voters) {
      if (peers.contains(voter.peer)) members.insert(voter);
    }
  }
  return has_quorum(part->configuration, members);
}

void GroupCore::State::state_diverged(const std::string& how) {
  if (divergence_ || !raft_) return;
  divergence_ = Divergence{applier_.applied().index};
  const Error reason(Errc::diverged, how);
  outbox_.log(LogLevel::error, reason.message());
  if (!problem_) problem_ = reason;
  maker_.abandon();
  fail_wanted_snapshots(reason);
  reads_.fail_all(reason);
  raft_->decline_leadership(true);
  outbox_.status_changed();
}

void GroupCore::State::work_on_divergence() {
  if (!divergence_ || !raft_ || installing_) return;
  if (divergence_->rebuilt) {
    if (applier_.applied().index < divergence_->applied) return;
    divergence_.reset();
    if (problem_ && problem_->is(Errc::diverged)) problem_.reset();
    outbox_.log(LogLevel::info, "holds the group's state again");
    raft_->decline_leadership(false);
    outbox_.status_changed();
  } else if (raft_->leads()) {
    if (const auto next = successor()) raft_->transfer(now_, *next);
  } else {
    const Cursor committed = raft_->committed();
    catch_up_->open(now_, committed, committed.index);
  }
}

void GroupCore::State::divergence_rebuilt() {
  if (divergence_) divergence_->rebuilt = true;
}

}  // namespace tessera::core
