#include <tessera/groups/core/group_state.h>

#include <utility>

// A disk that is nearly full: no commands, so that there is room for terms, votes and changes of
// members. All replicas fill together, so nobody is replaced for it.

namespace tessera::core {

void GroupCore::State::space(const std::optional<Error>& shortage) {
  const bool changes = shortage.has_value() != shortage_.has_value();
  shortage_ = shortage;
  outbox_.status_changed();
  if (!changes || stopped_) return;
  // What wakes the others must say it already.
  if (raft_) raft_->set_space({shortage_.has_value(), false});
  wake();
  if (shortage_) {
    outbox_.log(LogLevel::warning, shortage_->message() + ": takes no commands");
    space_handed_on_ = TimePoint{};
    if (raft_ && !installing_ && newest_ && in_force_after_ == Ticket{}) prune_to(prunable());
  } else {
    outbox_.log(LogLevel::info, "there is room on the disk again: takes commands");
  }
  settle();
}

/// Who is short of space leads only if everybody else is, or does not answer.
void GroupCore::State::settle_space() {
  Raft::Space space;
  space.disk_short = shortage_.has_value();
  if (shortage_ && raft_->leads()) {
    const auto next = raft_->settled() ? successor() : std::nullopt;
    const auto progress = next ? raft_->progress().find(*next) : raft_->progress().end();
    const bool better = progress != raft_->progress().end() && progress->second.disk_short == false;
    const bool due = space_handed_on_ == TimePoint{} ||
                     now_ >= space_handed_on_ + raft_->settings().in_force().election_timeout * 2;
    if (better && due && raft_->transfer(now_, *next)) {
      outbox_.log(LogLevel::info,
                  "hands leadership to " + next->peer.brief() + ", whose disk has more room");
      space_handed_on_ = now_;
    }
    space.takes_none = !raft_->transfers();
  }
  raft_->set_space(space);
  if (takes_none()) operations_.refuse_waiting(refusal_for_space());
}

bool GroupCore::State::takes_none() const {
  return shortage_ || (raft_ && raft_->leader_takes_none());
}

Error GroupCore::State::refusal_for_space() const {
  if (shortage_) return *shortage_;
  return {Errc::disk_full, "the disk of the group's leader " + raft_->leader()->peer.brief() +
                               " is nearly full, as are those that could take its place"};
}

}  // namespace tessera::core
