#include <tessera/primitives/codec.h>
#include <tessera/statesync/diff_sync/session.h>

#include <algorithm>
#include <utility>

namespace tessera::diff_sync {
namespace {

using statesync::NestedSessionContext;

/// A lane without room is tried again after so long.
constexpr Duration retry_after = std::chrono::milliseconds{5};
/// Silences of each source, one after the other, before the changes are given up.
constexpr std::size_t silences_each = 2;

}  // namespace

Session::Session(const Settings& settings, SessionStart start, SessionContext& cx,
                 const KeyedPort& machine)
    : settings_(settings), start_(std::move(start)), wrap_(statesync::behind(snapshot_prefix())) {
  live_ = std::exchange(start_.entries, {});
  cx.broadcast(encode(Message(Ask{machine.update_id(), cx.committed()})));
  next_at_ = cx.now() + settings_.snapshots.anchor_wait;
}

std::optional<Cursor> Session::poll(SessionContext& cx, const KeyedPort& machine) {
  if (stage_ == Stage::asking && cx.now() >= next_at_) choose(cx, machine);
  if (stage_ == Stage::fetching && cx.now() >= next_at_) fetch_elsewhere(cx);
  if (stage_ == Stage::rebuilding) rebuild(cx, machine);
  if (stage_ == Stage::installing && cx.applied().index >= position_.index) follow_by_log(cx);
  if (stage_ == Stage::asking || stage_ == Stage::fetching) cx.wake_at(next_at_);
  if (stage_ != Stage::following) return std::nullopt;
  NestedSessionContext nested(cx, wrap_);
  return replay_ ? replay_->poll(nested) : snapshots_->poll(nested);
}

void Session::receive(Message message, const PeerId& sender, SessionContext& cx,
                      const KeyedPort& machine) {
  if (auto* inner = std::get_if<snapshot_sync::Message>(&message)) {
    NestedSessionContext nested(cx, wrap_);
    auto* log = std::get_if<log_replay::Message>(inner);
    if (snapshots_) snapshots_->receive(std::move(*inner), sender, nested);
    if (replay_ && log != nullptr) replay_->receive(std::move(*log), sender, nested);
  } else if (const auto* offer = std::get_if<Offer>(&message)) {
    offers_[sender] = *offer;
    // Everybody has answered: nobody is waited for.
    if (stage_ == Stage::asking && offers_.size() >= cx.bonds().peers.size()) next_at_ = cx.now();
  } else if (auto* portion = std::get_if<Portion>(&message)) {
    take(std::move(*portion), sender, cx, machine);
  }
}

void Session::choose(SessionContext& cx, const KeyedPort& machine) {
  std::optional<std::uint64_t> diff_bytes;
  for (const auto& [peer, offer] : offers_) {
    if (!helps(offer, cx, machine)) continue;
    sources_.push_back(peer);
    diff_bytes = std::min(diff_bytes.value_or(*offer.diff_bytes), *offer.diff_bytes);
  }
  const auto log = cx.diverged() ? std::nullopt : log_bytes(cx);
  if (log && (!diff_bytes || *log <= *diff_bytes)) {
    follow_by_log(cx);
  } else if (!diff_bytes || *diff_bytes > settings_.diff_bytes_max) {
    follow_by_snapshot(cx);
  } else {
    // The leader last: it has a group to serve.
    const auto leader = cx.leader();
    std::stable_partition(sources_.begin(), sources_.end(),
                          [&](const PeerId& peer) { return !leader || peer != *leader; });
    bytes_expected_ = *diff_bytes;
    place_ = {machine.update_id(), std::nullopt};
    stage_ = Stage::fetching;
    fetch(cx);
  }
}

bool Session::helps(const Offer& offer, const SessionContext& cx, const KeyedPort& machine) const {
  // Changes are of the group's state: what this member holds must be one of its states, too.
  if (cx.diverged() || !offer.diff_bytes || offer.newest < machine.update_id()) return false;
  return offer.applied.index >= start_.target.index && offer.applied.index > cx.applied().index;
}

std::optional<std::uint64_t> Session::log_bytes(const SessionContext& cx) const {
  std::optional<std::uint64_t> bytes;
  const auto leader = cx.leader();
  for (const auto& [peer, offer] : offers_) {
    // A new leader holds all of the gap, and may not know yet that it is committed.
    const bool reaches = peer == leader || offer.committed.index >= start_.target.index;
    if (offer.log_base.index > cx.committed().index || !reaches) continue;
    bytes = std::max(bytes.value_or(0), offer.log_bytes);
  }
  return bytes;
}

void Session::fetch(SessionContext& cx) {
  const BondsView bonds = cx.bonds();
  std::erase_if(sources_, [&](const PeerId& peer) { return !bonds.contains(peer); });
  if (sources_.empty()) {
    follow_by_snapshot(cx);
    return;
  }
  asked_ = cx.send_to(sources_.front(), encode(Message(Fetch{place_})));
  next_at_ = cx.now() + (asked_ ? settings_.snapshots.request_timeout : retry_after);
  cx.wake_at(next_at_);
}

void Session::fetch_elsewhere(SessionContext& cx) {
  // A lane without room is no silence.
  if (asked_ && ++silences_ > silences_each * sources_.size()) {
    follow_by_snapshot(cx);
    return;
  }
  std::rotate(sources_.begin(), sources_.begin() + 1, sources_.end());
  fetch(cx);
}

void Session::drop_source(const PeerId& peer, SessionContext& cx) {
  const bool was_asked = sources_.front() == peer;
  std::erase(sources_, peer);
  if (was_asked) fetch(cx);
}

void Session::take(Portion portion, const PeerId& sender, SessionContext& cx,
                   const KeyedPort& machine) {
  const bool is_source = std::find(sources_.begin(), sources_.end(), sender) != sources_.end();
  if (stage_ != Stage::fetching || !is_source || portion.after != place_) return;
  const bool gets_on = portion.at || portion.upto != portion.after;
  if (!portion.upto || !gets_on) {
    drop_source(sender, cx);
    return;
  }
  // Who is behind another source may lack what that one left out because it was written again.
  if (portion.newest < seen_ || portion.newest < machine.update_id()) {
    if (sender == sources_.front()) fetch_elsewhere(cx);
    return;
  }
  if (!machine.is_right(portion) || portion.upto->id > portion.newest) {
    cx.refused(sender, "something else as changes");
    drop_source(sender, cx);
    return;
  }
  bytes_ += portion.changes.size();
  if (bytes_ > settings_.diff_bytes_max) {
    follow_by_snapshot(cx);
    return;
  }
  silences_ = 0;
  seen_ = portion.newest;
  place_ = *std::move(portion.upto);
  changes_.push_back(std::move(portion.changes));
  report(cx);
  if (!portion.at) {
    fetch(cx);
    return;
  }
  position_ = portion.at->position();
  rebuild_.emplace(*std::move(portion.at));
  stage_ = Stage::rebuilding;
}

void Session::rebuild(SessionContext& cx, const KeyedPort& machine) {
  if (cx.applied().index >= position_.index) {  // the log has got there meanwhile
    follow_by_log(cx);
    return;
  }
  if (cx.diverged()) {
    follow_by_snapshot(cx);
    return;
  }
  const auto whole = rebuild_->work([&] { return machine.amended(changes_); }, cx);
  report(cx);
  if (!whole) {
    cx.warn("changes do not lead to the state they belong to: " + whole.error().message());
    follow_by_snapshot(cx);
  } else if (*whole) {
    changes_.clear();
    stage_ = Stage::installing;
    cx.staging().install();
  }
}

void Session::report(SessionContext& cx) const {
  SyncProgress progress;
  progress.bytes_done = bytes_ + (rebuild_ ? rebuild_->bytes() : 0);
  progress.bytes_total = std::max(progress.bytes_done, bytes_expected_);
  cx.report(progress);
}

SessionStart Session::handed_on() {
  stage_ = Stage::following;
  rebuild_.reset();
  changes_.clear();
  SessionStart start = start_;
  start.entries = std::exchange(live_, {});
  return start;
}

void Session::follow_by_log(SessionContext& cx) {
  NestedSessionContext nested(cx, wrap_);
  replay_ = std::make_unique<log_replay::Session>(settings_.snapshots.replay, handed_on(), nested);
}

void Session::follow_by_snapshot(SessionContext& cx) {
  NestedSessionContext nested(cx, wrap_);
  snapshots_ = std::make_unique<snapshot_sync::Session>(settings_.snapshots, handed_on(), nested);
}

void Session::buffer(std::vector<LogEntry> entries) {
  if (replay_) {
    replay_->buffer(std::move(entries));
  } else if (snapshots_) {
    snapshots_->buffer(std::move(entries));
  } else {
    // What does not fit is ordinary replication's business afterwards.
    for (LogEntry& entry : entries) {
      live_bytes_ += entry.entry.size();
      if (live_bytes_ > settings_.snapshots.replay.buffer_bytes) return;
      live_.push_back(std::move(entry));
    }
  }
}

void Session::part_read(const storage::SnapshotPart& part, std::optional<Bytes> data,
                        SessionContext& cx) {
  if (!snapshots_) return;
  NestedSessionContext nested(cx, wrap_);
  snapshots_->part_read(part, std::move(data), nested);
}

}  // namespace tessera::diff_sync
