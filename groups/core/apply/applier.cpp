#include <tessera/groups/command_envelope.h>
#include <tessera/groups/core/apply/applier.h>
#include <tessera/primitives/check.h>

namespace tessera::core {
namespace {

Error too_large(const Bytes& result, std::uint64_t result_max) {
  return {Errc::result_too_large, "its result of " + std::to_string(result.size()) +
                                      " bytes is above the group's result_max of " +
                                      std::to_string(result_max) + " and was dropped"};
}

}  // namespace

void Applier::start_from(const Cursor& position, LogTime time) {
  applied_ = position;
  time_ = time;
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
    if (!apply(entry, raft, operations)) return std::nullopt;
    if (entry.kind == EntryKind::marker) return Marker{entry.position, entry.data};
    bytes += entry.size();
    if (bytes >= options_.limits.apply_batch_max) return std::nullopt;
  }
  return std::nullopt;
}

bool Applier::apply(const RawEntry& entry, const Raft& raft, Operations& operations) {
  check(entry.position.index == applied_.index + 1, "entries are applied in order");
  switch (entry.kind) {
    case EntryKind::command:
      if (!apply_command(entry, raft, operations)) return false;
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
      problem_ = Error(Errc::needs_upgrade, "the entry at " + entry.position.to_string() +
                                                " has the unknown kind " +
                                                std::to_string(static_cast<unsigned>(entry.kind)));
      outbox_.log(LogLevel::error, problem_->message());
      return false;
  }
  applied_ = entry.position;
  time_ = entry.time;
  outbox_.status_changed();
  return true;
}

bool Applier::apply_command(const RawEntry& entry, const Raft& raft, Operations& operations) {
  const auto envelope = CommandEnvelope::open(entry.data);
  Result<Bytes> result = Error(Errc::malformed, "the entry is too short to hold a command");
  if (envelope) {
    const ApplyContext context({entry.position, entry.time, options_.group});
    result = machine_.apply(envelope->command, context);
  }
  if (!result) {
    problem_ = Error(Errc::machine_failed,
                     "at " + entry.position.to_string() + ": " + result.error().message());
    outbox_.log(LogLevel::error, "stops: the state machine failed " + problem_->message());
    return false;
  }
  applied_ = entry.position;
  // The setting as of this entry, so that every member decides alike (docs/decisions/0104).
  const std::uint64_t result_max = raft.settings().at(entry.position.index).result_max;
  if (result->size() > result_max) result = too_large(*result, result_max);
  operations.applied(envelope->origin, entry.position, result);
  return true;
}

std::optional<ReadEntries> Applier::wanted_read(const Raft& raft) {
  const Index next = applied_.index + 1;
  const Index commit = raft.committed().index;
  if (problem_ || reading_ || next > commit || !fetched_.empty()) return std::nullopt;
  if (raft.log().recent(next) != nullptr) return std::nullopt;
  reading_ = true;
  ReadEntries read;
  read.from = next;
  read.upto = commit;
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
