#include <tessera/groups/core/session/catch_up.h>

#include <algorithm>
#include <map>
#include <utility>

namespace tessera::core {
namespace {

/// The pause before the next session doubles with each failure in a row, between these.
constexpr std::chrono::milliseconds back_off_first{100};
constexpr std::chrono::milliseconds back_off_max{5000};

}  // namespace

/// One session and what the runtime keeps about it.
struct CatchUp::Session {
  Session(CatchUpHost& host, CatchUpStrategy& strategy, Cursor target)
      : side(host, strategy, target) {}

  SessionSide side;
  std::unique_ptr<CatchUpSession> session;
  std::uint64_t number = 0;
  std::size_t buffered = 0;  ///< bytes of entries handed to it in advance
  bool poll_wanted = true;
  bool held_back = false;  ///< it waits for the disk
  bool advanced = false;   ///< something counted as progress since it was last looked at
  TimePoint opened_at{};
  TimePoint progress_at{};
  Cursor last_seen;  ///< the end of the log, for the same purpose
  SyncProgress reported;
  std::map<PeerId, std::uint64_t> received;  ///< bytes of messages
  std::optional<Ticket> finishing;           ///< done, once this is durable
};

CatchUp::CatchUp(const Options& options, CatchUpHost& host, CatchUpStrategy& strategy,
                 Outbox& outbox)
    : options_(options),
      host_(host),
      strategy_(strategy),
      outbox_(outbox),
      provider_side_(host),
      provider_(strategy.create_provider(provider_side_)) {}

CatchUp::~CatchUp() = default;

void CatchUp::open(TimePoint now, const Cursor& target, Index leader_commit) {
  if (session_ || now < open_not_before_) return;
  session_ = std::make_unique<Session>(host_, strategy_, target);
  session_->number = ++sessions_;
  session_->opened_at = session_->progress_at = now;
  session_->last_seen = host_.raft()->log().last();
  state_session();
  session_->session = strategy_.create_session({target, leader_commit, {}}, session_->side);
  outbox_.log(LogLevel::info,
              "catches up to " + target.to_string() + " from " + session_->last_seen.to_string());
  outbox_.status_changed();
}

void CatchUp::state_session() {
  SyncStatement statement;
  statement.session = session_->number;
  statement.target = session_->side.target();
  statement.credit = options_.limits.session_buffer_max -
                     std::min(options_.limits.session_buffer_max, session_->buffered);
  host_.raft()->session_runs(statement);
}

void CatchUp::buffer(const RaftEvents::Batch& batch) {
  if (!session_ || session_->finishing) return;
  std::size_t bytes = 0;
  std::vector<LogEntry> entries;
  Cursor preceding = batch.preceding;
  for (const RawEntry& entry : batch.entries) {
    bytes += entry.size();
    entries.push_back({preceding, entry});
    preceding = entry.position;
  }
  // What does not fit is dropped: batches may have holes, and the leader re-sends afterwards.
  if (session_->buffered + bytes > options_.limits.session_buffer_max) return;
  session_->buffered += bytes;
  state_session();
  session_->session->buffer(batch.preceding, std::move(entries), session_->side);
  session_->poll_wanted = true;
}

void CatchUp::receive(const PeerId& from, Bytes message) {
  auto unhandled = provider_->receive(std::move(message), from, provider_side_);
  note_sent();
  if (!unhandled || !session_ || session_->finishing) return;
  session_->received[from] += unhandled->size();
  bytes_received_ += unhandled->size();
  if (session_->session->receive(*unhandled, from, session_->side)) session_->advanced = true;
  session_->poll_wanted = true;
}

void CatchUp::entries_read(CatchUpHost::Reader reader, Index from, std::vector<LogEntry> entries) {
  if (reader == CatchUpHost::Reader::provider) {
    provider_->entries_read(from, std::move(entries), provider_side_);
    note_sent();
    return;
  }
  if (!session_ || session_->finishing) return;
  session_->session->entries_read(from, std::move(entries), session_->side);
  session_->poll_wanted = true;
}

void CatchUp::part_read(CatchUpHost::Reader reader, const storage::SnapshotPart& part,
                        std::optional<Bytes> data) {
  if (reader == CatchUpHost::Reader::provider) {
    provider_->part_read(part, std::move(data), provider_side_);
    note_sent();
    return;
  }
  if (!session_ || session_->finishing) return;
  session_->session->part_read(part, std::move(data), session_->side);
  session_->poll_wanted = true;
}

void CatchUp::loads() {
  if (session_) session_->advanced = true;
}

void CatchUp::load_failed(const Error& reason) {
  if (session_) session_->side.fail("the staged snapshot does not load: " + reason.message());
}

void CatchUp::marker(const Cursor& position, const Bytes& marker) {
  provider_->marker(position, marker, provider_side_);
}

Index CatchUp::safe_to_prune() {
  const Index safe = provider_->safe_to_prune_prefix(provider_side_).value_or(Index{});
  return std::min(safe, host_.raft()->committed().index);
}

void CatchUp::woken() {
  provider_side_.requests().now = true;
  if (session_) session_->poll_wanted = true;
}

void CatchUp::work(TimePoint now, bool install_pending) {
  // While an installation is on its way to the store, anchor and machine are of two positions:
  // nobody is served, and the session has nothing to decide.
  if (install_pending) return;
  poll_provider();
  if (session_ && !session_->finishing) poll_session(now);
  note_sent();
}

void CatchUp::note_sent() {
  const std::uint64_t sent = provider_side_.bytes_sent();
  if (std::exchange(told_sent_, sent) != sent) outbox_.status_changed();
}

void CatchUp::poll_provider() {
  WakeRequests& requests = provider_side_.requests();
  const Cursor committed = provider_side_.committed();
  if (committed != told_committed_) {
    told_committed_ = committed;
    provider_->committed(committed, provider_side_);
    requests.now = true;
  }
  const bool due = requests.at && *requests.at <= host_.now();
  if (!requests.now && !due) return;
  requests.now = false;
  if (due) requests.at.reset();
  if (provider_->poll(provider_side_)) requests.now = true;
}

bool CatchUp::disk_lags() const {
  const Raft& raft = *host_.raft();
  const auto unsynced = raft.log().bytes_in({raft.durable().index + 1, raft.log().last().index});
  return unsynced && *unsynced > options_.limits.unsynced_max;
}

void CatchUp::poll_session(TimePoint now) {
  if (!session_->side.failure() && disk_lags()) {
    // Polled on, it would fetch all that is missing into memory. What a session may keep for
    // itself is bounded, so its peers wait soon, and what they did send is no stall of theirs.
    session_->held_back = true;
    return;
  }
  if (std::exchange(session_->held_back, false)) session_->progress_at = now;
  WakeRequests& requests = session_->side.requests();
  if (requests.at && *requests.at <= now) {
    requests.at.reset();
    session_->poll_wanted = true;
  }
  session_->poll_wanted |= std::exchange(requests.now, false);
  if (session_->side.failure()) {
    end(now, *session_->side.failure());
    return;
  }
  if (std::exchange(session_->poll_wanted, false)) {
    const auto done = session_->session->poll(session_->side);
    if (session_->side.failure()) {
      end(now, *session_->side.failure());
      return;
    }
    if (done) {
      finish();
      return;
    }
  }
  check_progress(now);
}

void CatchUp::note_progress() {
  const Cursor last = host_.raft()->log().last();
  if (last.index > session_->last_seen.index) session_->advanced = true;
  session_->last_seen = last;
  const SyncProgress& reported = session_->side.progress();
  if (reported.bytes_done > session_->reported.bytes_done ||
      reported.entries_done > session_->reported.entries_done) {
    session_->advanced = true;
    outbox_.status_changed();
  }
  session_->reported = reported;
}

void CatchUp::check_progress(TimePoint now) {
  note_progress();
  if (std::exchange(session_->advanced, false)) session_->progress_at = now;
  const auto stall_after = host_.raft()->settings().in_force().stall_after;
  if (now - session_->progress_at < stall_after) return;
  end(now, "no progress for " + std::to_string(stall_after.count()) + " ms");
}

void CatchUp::finish() {
  // What this member now holds counts once it is durable; the leader hears of it then.
  session_->finishing = outbox_.latest();
  complete_if_durable();
}

void CatchUp::persisted(Ticket ticket) {
  persisted_ = std::max(persisted_, ticket);
  complete_if_durable();
}

void CatchUp::complete_if_durable() {
  if (!session_ || !session_->finishing || *session_->finishing > persisted_) return;
  Raft& raft = *host_.raft();
  const Cursor held = raft.committed();
  const Cursor target = session_->side.target();
  const std::uint64_t number = session_->number;
  if (host_.diverged()) {
    end(host_.now(), "it ended without a state in the place of the one that has diverged");
  } else if (held.index < target.index) {
    end(host_.now(),
        "it ended at " + held.to_string() + " before its target " + target.to_string());
  } else {
    outbox_.log(LogLevel::info, "has caught up to " + held.to_string());
    failures_ = 0;
    ++sessions_done_;
    close_session({});
    last_failure_.clear();
    raft.session_runs(std::nullopt);
    outbox_.status_changed();
  }
  raft.session_done(number, held);
}

void CatchUp::end(TimePoint now, const std::string& failure) {
  outbox_.log(LogLevel::warning, "gives a catch-up session up: " + failure);
  last_failure_ = failure;
  const auto pause = std::min(back_off_max, back_off_first * (1U << std::min(failures_, 10U)));
  ++failures_;
  open_not_before_ = now + pause;
  close_session(failure);
  host_.raft()->session_runs(std::nullopt);
  outbox_.status_changed();
}

void CatchUp::abandon(const std::string& reason) {
  if (!session_) return;
  outbox_.log(LogLevel::info, "ends its catch-up session: " + reason);
  close_session({});
  if (host_.raft() != nullptr) host_.raft()->session_runs(std::nullopt);
  outbox_.status_changed();
}

void CatchUp::close_session(const std::string& failure) {
  last_session_ = EndedSession{*status(), host_.now() - session_->opened_at, failure};
  session_.reset();
  host_.snapshots().stop_loading();
}

bool CatchUp::pending(bool install_pending) const {
  if (install_pending) return false;
  if (provider_side_.requests().now) return true;
  if (provider_side_.committed() != told_committed_) return true;
  if (!session_ || session_->finishing) return false;
  if (session_->side.failure()) return true;
  return (session_->poll_wanted || session_->side.requests().now) && !disk_lags();
}

std::optional<TimePoint> CatchUp::next_deadline(bool install_pending) const {
  if (install_pending) return std::nullopt;
  std::optional<TimePoint> earliest = provider_side_.requests().at;
  if (!session_ || session_->finishing || disk_lags()) return earliest;
  const TimePoint stalls = session_->progress_at + host_.raft()->settings().in_force().stall_after;
  const TimePoint wakes = session_->side.requests().at.value_or(stalls);
  return std::min({earliest.value_or(stalls), stalls, wakes});
}

std::optional<SessionStatus> CatchUp::status() const {
  if (!session_) return std::nullopt;
  SessionStatus status;
  status.number = session_->number;
  status.target = session_->side.target();
  status.progress = session_->side.progress();
  status.received = session_->received;
  status.buffered = session_->buffered;
  status.last_failure = last_failure_;
  return status;
}

SyncTotals CatchUp::totals() const {
  SyncTotals totals;
  totals.sessions = sessions_;
  totals.sessions_done = sessions_done_;
  totals.bytes_received = bytes_received_;
  totals.bytes_served = provider_side_.bytes_sent();
  return totals;
}

}  // namespace tessera::core
