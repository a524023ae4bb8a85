#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/group_state.h>

#include <algorithm>
#include <utility>

// Snapshots and pruning on demand: both concern this member's store alone, so nobody is asked.

namespace tessera::core {

void GroupCore::State::take_snapshot(RequestId request) {
  if (!ports_.strategy.saves()) {
    outbox_.fail(request, {Errc::not_allowed,
                           "the machine's StateSync strategy has no save and restore: this member "
                           "replays its log at start and keeps all of it"});
    return;
  }
  if (!raft_ || installing_ || applied() == Cursor{}) {
    outbox_.fail(request, {Errc::offline, "this member has no state of its own to store yet"});
    return;
  }
  const Cursor position = applied();
  if (snapshot_ != position) {
    auto saved = ports_.strategy.save();
    if (!saved) {
      outbox_.fail(request, saved.error().within("saving the machine"));
      return;
    }
    ++last_snapshot_;
    Outbox::Installation stored;
    stored.id = last_snapshot_;
    stored.snapshot = {position, encode_anchor(anchor()), *std::move(saved)};
    outbox_.persist_installation(std::move(stored));
    snapshot_ = position;
  }
  answer_when_durable(request, position);
}

void GroupCore::State::prune(RequestId request) {
  if (!raft_ || installing_ || snapshot_ == Cursor{}) {
    outbox_.fail(request, {Errc::not_allowed,
                           "this member has no snapshot that could stand for the log's beginning"});
    return;
  }
  Index upto = std::min(snapshot_.index, catch_up_->safe_to_prune());
  // What a follower is being brought up to must stay: its log goes on from there.
  for (const auto& [member, progress] : raft_->progress()) {
    if (const auto syncing = progress.statement()) upto = std::min(upto, syncing->target.index);
  }
  if (upto > raft_->log().base().index) {
    const Cursor position = raft_->log().cursor_at(upto);
    raft_->prune(position);
    outbox_.persist_prune(position);
  }
  answer_when_durable(request, raft_->log().base());
}

void GroupCore::State::answer_when_durable(RequestId request, const Cursor& position) {
  stored_.push_back({outbox_.latest(), request, position});
  answer_stored();
}

void GroupCore::State::answer_stored() {
  while (!stored_.empty() && stored_.front().after <= durable_) {
    Reply reply;
    reply.request = stored_.front().request;
    reply.position = stored_.front().position;
    outbox_.reply(std::move(reply));
    stored_.pop_front();
  }
}

}  // namespace tessera::core
