#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/group_state.h>

#include <algorithm>
#include <utility>

// Snapshots of this member's own state, and pruning: both concern its store alone, so nobody is
// asked.

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
  if (newest_ && newest_->manifest.position == applied()) {
    answer_when_durable(request, applied());
    return;
  }
  wanted_snapshots_.push_back({request, applied()});
  begin_snapshot();
}

bool GroupCore::State::snapshots_pending() const {
  return raft_ && !installing_ &&
         (maker_.pending() || loader_.pending() ||
          (!wanted_snapshots_.empty() && !maker_.running()));
}

void GroupCore::State::work_on_snapshots() {
  take_if_log_is_long();
  auto made = maker_.work();
  if (!made) {
    outbox_.log(LogLevel::error, "gives a snapshot up: " + made.error().message());
    snapshot_problem_ = made.error().within("this member cannot take a snapshot");
    newest_since_ = now_;
    outbox_.status_changed();
    applier_.meter().restart();  // tried again when as much has come once more, not at each step
    fail_wanted_snapshots(made.error());
  } else if (*made) {
    snapshot_made(**made);
  }
  // Whoever asked while one was being taken of an earlier position.
  if (!wanted_snapshots_.empty() && !maker_.running() && !begin_snapshot()) {
    fail_wanted_snapshots({Errc::offline, "this member has no state to store just now"});
  }
  load_more();
}

void GroupCore::State::fail_wanted_snapshots(const Error& reason) {
  for (const auto& wanted : std::exchange(wanted_snapshots_, {})) {
    outbox_.fail(wanted.request, reason);
  }
}

void GroupCore::State::load_more() {
  if (!loader_.pending()) return;
  const bool wanted = loader_.may_finish();
  const auto whole = loader_.work();
  catch_up_->loads();
  // What fails before the machine is wanted is tried once more, and reported, when it is.
  if (!wanted || (whole && !*whole)) return;
  const auto installed = whole ? install_loaded(loader_.snapshot()) : Result<void>(whole.error());
  if (!installed) catch_up_->load_failed(installed.error());
}

Result<void> GroupCore::State::install_loaded(const KeptSnapshot& snapshot) {
  if (snapshot.manifest.position.index <= applied().index && !diverged()) {
    // The log has got there meanwhile: the machine in use is the newer one.
    catch_up_->woken();
    return {};
  }
  const auto anchor = decode_anchor(snapshot.manifest.anchor);
  if (!anchor) return anchor.error();
  return begin_installation(snapshot, *anchor);
}

void GroupCore::State::take_if_log_is_long() {
  if (!ports_.strategy.saves() || maker_.running()) return;
  if (log_behind_newest() <= options_.limits.retention_max) return;
  // Where it cannot be taken it is tried again when as much has come once more.
  if (!begin_snapshot()) applier_.meter().restart();
}

std::optional<TimePoint> GroupCore::State::snapshot_due_at() {
  if (maker_.running() || !raft_) return std::nullopt;
  if (log_behind_newest() > options_.limits.retention_max / 4 * 3) return now_;
  const Duration interval = raft_->settings().in_force().scrub_interval;
  const Index compared = newest_ ? newest_->manifest.position.index : Index{};
  if (interval == Duration{} || raft_->committed().index <= compared) return std::nullopt;
  return newest_since_ + interval;
}

std::uint64_t GroupCore::State::log_behind_newest() {
  return applier_.meter().behind(newest_ ? newest_->manifest.position.index : Index{});
}

void GroupCore::State::snapshot_made(const KeptSnapshot& snapshot) {
  newest_ = snapshot;
  newest_since_ = now_;
  snapshot_problem_.reset();
  outbox_.persist_snapshot(snapshot.reference(), std::nullopt);
  in_force_after_ = outbox_.latest();
  const auto served = [&](const WantedSnapshot& wanted) {
    if (wanted.at_least.index > snapshot.manifest.position.index) return false;
    answer_when_durable(wanted.request, snapshot.manifest.position);
    return true;
  };
  std::erase_if(wanted_snapshots_, served);
}

void GroupCore::State::new_snapshot_in_force() {
  in_force_after_ = Ticket{};
  catch_up_->woken();  // there is something new to offer
  drop_unused_snapshots();
  if (!raft_ || installing_) return;
  // What is kept of the log serves those that were away for a short while, if there is room.
  const std::size_t retention = shortage_ ? 0 : options_.limits.retention_max;
  const Index kept = applier_.meter().with_behind(retention);
  prune_to(std::min(prunable(), kept));
  applier_.meter().forget(raft_->log().base().index);
}

void GroupCore::State::drop_unused_snapshots() {
  std::vector<storage::SnapshotId> keep;
  if (newest_) keep.push_back(newest_->id);
  if (staged_) keep.push_back(staged_->id);
  if (maker_.running()) keep.push_back(maker_.snapshot().id);
  std::erase_if(leases_, [&](const auto& lease) {
    return lease.second.until <= now_ || !may_pin(lease.second.position);
  });
  for (const auto& [snapshot, lease] : leases_) keep.push_back(snapshot);
  snapshot_tasks_.drop_all_but(std::move(keep));
}

void GroupCore::State::prune(RequestId request) {
  if (!raft_ || installing_ || !newest_) {
    outbox_.fail(request, {Errc::not_allowed,
                           "this member has no snapshot that could stand for the log's beginning"});
    return;
  }
  prune_to(prunable());
  answer_when_durable(request, raft_->log().base());
}

Index GroupCore::State::prunable() {
  if (!newest_) return Index{};
  Index upto = std::min(newest_->manifest.position.index, catch_up_->safe_to_prune());
  // What a follower is being brought up to must stay: its log goes on from there. So must what
  // follows a snapshot that somebody fetches.
  const auto pin = [&](Index position) {
    if (may_pin(position)) upto = std::min(upto, position);
  };
  const auto stall_after = raft_->settings().in_force().stall_after;
  for (const auto& [member, progress] : raft_->progress()) {
    const auto syncing = progress.statement();
    if (syncing && now_ - progress.last_answer < stall_after) pin(syncing->target.index);
  }
  for (const auto& [snapshot, lease] : leases_) {
    if (lease.until > now_) pin(lease.position);
  }
  return upto;
}

/// The log may not grow for ever because somebody is slow: who comes too late starts from a newer
/// snapshot.
bool GroupCore::State::may_pin(Index position) {
  return applier_.meter().behind(position) <= std::uint64_t{2} * options_.limits.retention_max;
}

void GroupCore::State::prune_to(Index upto) {
  if (upto <= raft_->log().base().index) return;
  const Cursor position = raft_->log().cursor_at(upto);
  raft_->prune(position);
  outbox_.persist_prune(position);
  outbox_.status_changed();
}

void GroupCore::State::snapshot_done(std::uint64_t id, Result<Bytes> part) {
  if (!part && stopped_by(part.error())) return;
  const bool lagged = snapshot_tasks_.disk_lags();
  if (!snapshot_tasks_.done(id, std::move(part))) return;
  if (lagged && !snapshot_tasks_.disk_lags()) catch_up_->woken();
  settle();
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
