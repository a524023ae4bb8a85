#include <tessera/groups/command_envelope.h>
#include <tessera/groups/core/apply/applier.h>
#include <tessera/primitives/check.h>

#include <algorithm>

namespace tessera::core {
namespace {

/// Judged by the settings as of the command's own entry, so that every member decides alike
/// (docs/decisions/0104).
CommandOutcome outcome_of(const Cursor& position, Bytes result, const GroupSettings& settings) {
  if (result.size() <= settings.result_max) {
    return {position, CommandOutcome::Kind::returned, std::move(result)};
  }
  return {position, CommandOutcome::Kind::too_large,
          Bytes::copy("its result of " + std::to_string(result.size()) +
                      " bytes is above the group's result_max of " +
                      std::to_string(settings.result_max) + " and was dropped")};
}

}  // namespace

void Applier::start_from(Start start) {
  applied_ = start.position;
  time_ = start.time;
  sessions_ = std::move(start.sessions);
  meter_.restart();
  fetched_.clear();
  reading_ = false;
}

bool Applier::pending(const Raft& raft) const {
  if (problem_ || applied_.index >= raft.committed().index) return false;
  return !fetched_.empty() || raft.log().recent(applied_.index + 1) != nullptr;
}

const RawEntry* Applier::next_entry(const Raft& raft) {
  const Index next = applied_.index + 1;
  while (!fetched_.empty() && fetched_.front().position.index < next) fetched_.pop_front();
  if (!fetched_.empty()) return &fetched_.front();
  return raft.log().recent(next);
}

std::optional<Applier::Marker> Applier::work(const Raft& raft, Operations& operations) {
  std::size_t bytes = 0;
  while (!problem_ && applied_.index < raft.committed().index) {
    const RawEntry* found = next_entry(raft);
    if (found == nullptr) return std::nullopt;
    const RawEntry entry = *found;
    if (!apply(entry, raft.settings().at(entry.position.index), operations)) return std::nullopt;
    if (entry.kind == EntryKind::marker) return Marker{entry.position, entry.data};
    bytes += entry.size();
    if (bytes >= options_.limits.apply_batch_max) return std::nullopt;
  }
  return std::nullopt;
}

bool Applier::apply(const RawEntry& entry, const GroupSettings& settings, Operations& operations) {
  check(entry.position.index == applied_.index + 1, "entries are applied in order");
  switch (entry.kind) {
    case EntryKind::command:
      if (!apply_command(entry, settings, operations)) return false;
      break;
    case EntryKind::session:
      if (!apply_session(entry, settings, operations)) return false;
      break;
    case EntryKind::noop:
      operations.term_began(entry.position.term);
      break;
    case EntryKind::membership:
    case EntryKind::settings:
    case EntryKind::marker:
    case EntryKind::genesis:
      break;
    default:
      return stop(Error(Errc::needs_upgrade,
                        "the entry at " + entry.position.to_string() + " has the unknown kind " +
                            std::to_string(static_cast<unsigned>(entry.kind))));
  }
  applied_ = entry.position;
  time_ = entry.time;
  meter_.applied(entry.position.index, entry.size());
  outbox_.status_changed();
  return true;
}

bool Applier::apply_command(const RawEntry& entry, const GroupSettings& settings,
                            Operations& operations) {
  const auto envelope = CommandEnvelope::open(entry.data);
  if (!envelope) {
    return stop(Error(Errc::machine_failed, "at " + entry.position.to_string() +
                                                ": the entry is too short to hold a command"));
  }
  if (envelope->origin.is_none()) return run_command(entry, *envelope, settings, operations);
  switch (sessions_.admit(envelope->origin, settings)) {
    case SessionTable::Verdict::run:
      return run_command(entry, *envelope, settings, operations);
    case SessionTable::Verdict::again:
      operations.skipped(envelope->origin, entry.position);
      break;
    case SessionTable::Verdict::repeated:
    case SessionTable::Verdict::unknown:
      // Who waited for it has heard when it ran, or when the session ended.
      break;
  }
  return true;
}

bool Applier::run_command(const RawEntry& entry, const CommandEnvelope& envelope,
                          const GroupSettings& settings, Operations& operations) {
  const ApplyContext context({entry.position, entry.time, options_.group});
  Result<Bytes> result = machine_.apply(envelope.command, context);
  if (!result) {
    return stop(Error(Errc::machine_failed,
                      "at " + entry.position.to_string() + ": " + result.error().message()));
  }
  applied_ = entry.position;
  if (envelope.origin.is_none()) return true;
  const CommandOutcome outcome = outcome_of(entry.position, *std::move(result), settings);
  sessions_.record(envelope.origin.session, outcome);
  operations.applied(envelope.origin, outcome);
  return true;
}

bool Applier::apply_session(const RawEntry& entry, const GroupSettings& settings,
                            Operations& operations) {
  const auto change = decode_session_change(entry.data);
  if (!change) {
    return stop(Error(Errc::needs_upgrade, "the session entry at " + entry.position.to_string() +
                                               ": " + change.error().message()));
  }
  if (const auto* opening = std::get_if<OpenSession>(&*change)) {
    operations.opened(*opening, sessions_.open(entry.position.index, *opening, settings));
  } else if (const auto* closing = std::get_if<CloseSessions>(&*change)) {
    for (const SessionNumber session : closing->sessions) {
      if (sessions_.close(session)) operations.closed(session);
    }
  } else if (const auto* replacing = std::get_if<ReplaceCommand>(&*change)) {
    replace_command(entry.position, replacing->origin, settings, operations);
  }
  return true;
}

void Applier::replace_command(const Cursor& position, const CommandOrigin& origin,
                              const GroupSettings& settings, Operations& operations) {
  const auto verdict = sessions_.admit(origin, settings);
  if (verdict == SessionTable::Verdict::again) operations.skipped(origin, position);
  if (verdict != SessionTable::Verdict::run) return;
  const CommandOutcome nothing{position, CommandOutcome::Kind::replaced, {}};
  sessions_.record(origin.session, nothing);
  operations.applied(origin, nothing);
}

bool Applier::stop(Error problem) {
  outbox_.log(LogLevel::error, "stops applying: " + problem.message());
  problem_ = std::move(problem);
  return false;
}

std::optional<ReadEntries> Applier::wanted_read(const Raft& raft) {
  const Index next = applied_.index + 1;
  const Index commit = raft.committed().index;
  if (problem_ || reading_ || next > commit || !fetched_.empty()) return std::nullopt;
  if (raft.log().recent(next) != nullptr) return std::nullopt;
  reading_ = true;
  ReadEntries read;
  read.from = next;
  // The rest is in memory: nothing is read twice.
  read.upto = std::min(commit, raft.log().first_recent() - 1);
  read.bytes_max = options_.limits.apply_read_max;
  return read;
}

void Applier::entries_read(const Raft& raft, Result<std::vector<RawEntry>> entries) {
  if (!reading_) return;
  reading_ = false;
  if (!entries) {
    problem_ = entries.error().within("reading the log back");
    outbox_.log(LogLevel::error, problem_->message());
    return;
  }
  // An installation may have moved on since the read was asked for.
  if (entries->empty() || entries->front().position.index != applied_.index + 1) {
    if (raft.log().base().index <= applied_.index && entries->empty()) {
      problem_ = Error(Errc::damaged, "the store does not hold the entry behind " +
                                          applied_.to_string() + " though its log does");
    }
    return;
  }
  for (RawEntry& entry : *entries) {
    if (!raft.log().holds(entry.position)) break;
    fetched_.push_back(std::move(entry));
  }
}

}  // namespace tessera::core
