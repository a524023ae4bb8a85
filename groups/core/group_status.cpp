#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/group_state.h>
#include <tessera/primitives/check.h>

#include <algorithm>

namespace tessera::core {
namespace {

Role role_of(Raft::Role role) {
  switch (role) {
    case Raft::Role::follower:
      return Role::follower;
    case Raft::Role::pre_candidate:
      return Role::pre_candidate;
    case Raft::Role::candidate:
      return Role::candidate;
    case Raft::Role::leader:
      return Role::leader;
  }
  return Role::stopped;
}

}  // namespace

Cursor GroupCore::State::applied() const {
  return installing_ ? installing_->anchor.position() : applier_.applied();
}

Anchor GroupCore::State::anchor() const {
  if (installing_) return installing_->anchor;
  RuntimePart part;
  part.genesis = founding_->genesis_id();
  if (raft_) {
    part.configuration = raft_->configurations().at(applier_.applied().index);
    part.settings = raft_->settings().at(applier_.applied().index);
  }
  part.sessions = applier_.sessions();
  Anchor::Parts parts;
  parts.position = applier_.applied();
  parts.time = applier_.time();
  parts.runtime = encode_runtime_part(part);
  return Anchor(std::move(parts));
}

Waker GroupCore::State::waker() {
  return [flag = std::weak_ptr(woken_), wake = ports_.waker] {
    const auto woken = flag.lock();
    if (!woken) return;
    woken->store(true);
    if (wake) wake();
  };
}

BondHello GroupCore::State::hello(const PeerId& to) const {
  BondHello hello;
  hello.storage = founding_->self().storage;
  hello.genesis = founding_->genesis_id();
  hello.founders = founding_->founders();
  hello.start_count = options_.start_count;
  hello.run = options_.run;
  if (raft_) {
    hello.term = raft_->term();
    hello.last = raft_->log().last();
  }
  hello.durability = options_.durability;
  hello.leadership = options_.leadership;
  hello.remembered = witness_.of(to);
  return hello;
}

Status GroupCore::State::status() const {
  Status status;
  status.settings = options_.settings;
  status.problem = problem_;
  status.bonds = bonds_.peers;
  if (!founding_) return status;
  status.self = founding_->self();
  status.genesis = founding_->genesis_id();
  status.applied = applied();
  status.log_time = applier_.time();
  status.client_sessions = applier_.sessions().sessions().size();
  if (!status.problem) status.problem = applier_.problem();
  if (!status.problem) status.problem = founding_->problem();
  if (!status.problem) status.problem = damage_problem();
  status.disk_short = shortage_.has_value();
  if (raft_) {
    status.role = role_of(raft_->role());
    status.term = raft_->term();
    status.leader = raft_->leader();
    status.base = raft_->log().base();
    status.last = raft_->log().last();
    status.durable = raft_->durable();
    status.committed = raft_->committed();
    status.configuration = raft_->configurations().in_force();
    status.settings = raft_->settings().in_force();
    status.session = catch_up_->status();
    status.last_session = catch_up_->last_session();
    status.sync_totals = catch_up_->totals();
    status.replay.entries_total = commit_floor_ - replay_from_;
    status.replay.entries_done = std::min(applier_.applied().index, commit_floor_) - replay_from_;
    status.replay.bytes = applier_.meter().total();
    if (!status.problem && options_.durability < status.settings.durability) {
      status.problem = Error(Errc::not_allowed,
                             "this member's store keeps nothing over a restart, which the group "
                             "asks of its voters: it stays a learner");
    }
    if (!status.problem) status.problem = snapshot_problem_;
    status.asleep = raft_->asleep();
    status.online = raft_->leader() && !status.session && !installing_ &&
                    applier_.applied().index >= commit_floor_ && !starts_over_;
  }
  if (!status.problem && !stopped_) status.problem = shortage_;
  if (stopped_) {
    status.role = Role::stopped;
    status.online = false;
  }
  return status;
}

void GroupCore::State::check_invariants() const {
  if (stopped_ || !founding_) return;
  founding_->check_invariants();
  if (!raft_) return;
  raft_->check_invariants();
  operations_.check_invariants();
  check(applier_.applied().index <= raft_->committed().index, "only what is committed is applied");
  check(!raft_->leads() || !catch_up_->session_runs(), "a leader does not lag");
}

}  // namespace tessera::core
