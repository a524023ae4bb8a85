#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/raft/raft.h>
#include <tessera/primitives/check.h>

// Who the members are: thesis, 4. A configuration is in force from the moment it is in the log.

namespace tessera::core {

std::optional<Cursor> Raft::propose_configuration(TimePoint now, const Configuration& next) {
  // Not before an entry of this term is committed, and one change at a time (rule 9).
  if (!settled() || configurations_.in_force_since() > hard_.commit) return std::nullopt;
  check(next.validate().has_value(), "a leader proposes only valid configurations");
  return propose(now, EntryKind::membership, encode_configuration(next));
}

Result<void> Raft::learn_from(const RawEntry& entry) {
  const Index index = entry.position.index;
  if (entry.kind == EntryKind::membership) {
    auto configuration = decode_configuration(entry.data);
    if (!configuration) return configuration.error();
    configurations_.set(index, std::move(*configuration));
  } else if (entry.kind == EntryKind::settings) {
    auto settings = decode_settings(entry.data);
    if (!settings) return settings.error();
    settings_.set(index, *settings);
  } else if (entry.kind == EntryKind::genesis) {
    auto proposal = decode_proposal(entry.data);
    if (!proposal) return proposal.error();
    configurations_.set(index, proposal->members);
    settings_.set(index, proposal->settings);
  } else {
    return {};
  }
  if (leads()) track_members();
  outbox_.status_changed();
  return {};
}

Result<void> Raft::restore_landmark(const RawEntry& entry) { return learn_from(entry); }

void Raft::track_members() {
  const std::set<MemberId> members = configurations_.in_force().members();
  std::erase_if(progress_, [&](const auto& tracked) { return !members.contains(tracked.first); });
  const InFlight::Limits limits{options_.limits.in_flight_messages_max,
                                options_.limits.in_flight_max};
  for (const MemberId& member : members) {
    if (member == options_.self) continue;
    progress_.try_emplace(member, log_.last().index + 1, limits);
  }
}

}  // namespace tessera::core
