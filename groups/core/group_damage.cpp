#include <tessera/groups/core/founding/ledger.h>
#include <tessera/groups/core/group_state.h>
#include <tessera/groups/core/raft/quorum.h>

#include <algorithm>
#include <utility>

// A member whose stored data fails its checks: it starts over as one whose disk was wiped, but
// keeps the data until there is a group to start over in (docs/decisions/0109).

namespace tessera::core {

bool GroupCore::State::is_damaged(const CoreRecord& record) const {
  if (!record.damage) return false;
  // Whatever was written after the damage was found says so.
  const MemberId self{options_.self, record.record.storage};
  const auto ledger = FoundingLedger::restore(self, record.record.founding);
  return !ledger || ledger->damage() != record.damage->number;
}

CoreRecord GroupCore::State::without_data(const CoreRecord& record) const {
  CoreRecord fresh;
  fresh.record.storage = StorageId(record.record.storage.id()
                                       .derive("tessera/storage/started over")
                                       .derive(record.damage->number)
                                       .derive(options_.run));
  fresh.damage = record.damage;
  return fresh;
}

void GroupCore::State::settle_return() {
  if (!starts_over_ || !raft_) return;
  const Configuration& taken_back = raft_->configurations().at(applier_.applied().index);
  if (!taken_back.contains(founding_->self())) return;
  starts_over_ = false;
  outbox_.status_changed();
}

std::optional<Error> GroupCore::State::damage_problem() const {
  if (!damage_) return std::nullopt;
  if (keeps_damaged_) {
    return Error(Errc::damaged, *damage_ +
                                    ": this member votes for nobody and acknowledges nothing; it "
                                    "starts over as soon as the leader of its group answers, and "
                                    "none has so far");
  }
  const Configuration present = raft_ ? raft_->configurations().in_force() : Configuration{};
  const MemberId self = founding_->self();
  const bool stood_in_for =
      std::any_of(present.voters.begin(), present.voters.end(),
                  [&](const MemberId& voter) { return voter.peer == self.peer && voter != self; });
  if (present.contains(self) && !stood_in_for) return std::nullopt;
  return Error(Errc::damaged, *damage_ +
                                  ": this member has started over, and has no vote before the "
                                  "group's leader gives it one");
}

bool GroupCore::State::leads_for(const PeerId& peer) const {
  const auto bonded = peers_.find(peer);
  if (!raft_ || !raft_->leads() || bonded == peers_.end()) return false;
  std::set<MemberId> answered{founding_->self()};
  for (const auto& [member, progress] : raft_->progress()) {
    if (progress.answering_since && progress.last_answer > bonded->second.since) {
      answered.insert(member);
    }
  }
  return has_quorum(raft_->configurations().in_force(), answered);
}

bool GroupCore::State::stopped_by(const Error& error) {
  if (!error.is(Errc::damaged) && !error.is(Errc::foreign)) return false;
  stop(Error(Errc::damaged, error.message()));
  return true;
}

}  // namespace tessera::core
