#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/raft/raft.h>
#include <tessera/primitives/check.h>

// Who the members are: thesis, 4. A configuration is in force from the moment it is in the log.

namespace tessera::core {

bool Raft::may_change_members() const {
  // Not before an entry of this term is committed, and one change at a time (rule 9).
  return settled() && configurations_.in_force_since() <= hard_.commit &&
         !configurations_.in_force().joint() && !transfer_;
}

std::optional<Cursor> Raft::propose_configuration(TimePoint now, const Configuration& next) {
  if (!may_change_members()) return std::nullopt;
  wake(now);
  check(next.validate().has_value(), "a leader proposes only valid configurations");
  return append_configuration(now, configurations_.in_force().joint_with(next));
}

Cursor Raft::append_configuration(TimePoint now, const Configuration& next) {
  // However full the queue is: a change of members may be what it waits for.
  const Cursor position{hard_.term, log_.last().index + 1};
  append_own(
      {RawEntry{position, EntryKind::membership, next_time(now), encode_configuration(next)}});
  track_members(now);
  proposed_ = true;
  return position;
}

void Raft::finish_change(TimePoint now) {
  if (!settled() || configurations_.in_force_since() > hard_.commit) return;
  const Configuration& present = configurations_.in_force();
  if (present.joint()) {
    // Whoever began the change: a leader that finds a joint configuration finishes it first.
    append_configuration(now, present.after_joint());
  } else if (!present.is_voter(options_.self)) {
    // The change that took this member's vote is committed; the others elect (thesis, 4.2.2).
    outbox_.log(LogLevel::info, "steps down: it is no voter any more");
    become_follower(now, hard_.term, std::nullopt);
  }
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
  outbox_.status_changed();
  return {};
}

Result<void> Raft::restore_landmark(const RawEntry& entry) { return learn_from(entry); }

bool Raft::caught_up(const MemberId& member) const {
  const auto found = progress_.find(member);
  if (found == progress_.end()) return false;
  const Progress& progress = found->second;
  if (progress.state() != Progress::State::replicate || progress.reading) return false;
  const auto gap = log_.bytes_in({progress.match() + 1, log_.last().index});
  return gap && *gap <= options_.limits.append_max;
}

void Raft::track_members(TimePoint now) {
  const std::set<MemberId> members = configurations_.in_force().members();
  std::erase_if(progress_, [&](const auto& tracked) { return !members.contains(tracked.first); });
  const InFlight::Limits limits{options_.limits.in_flight_messages_max,
                                options_.limits.in_flight_max};
  for (const MemberId& member : members) {
    if (member == options_.self) continue;
    const auto [at, added] = progress_.try_emplace(member, log_.last().index + 1, limits);
    if (!added) continue;
    const auto silent = silent_since_.find(member);
    at->second.last_answer = silent == silent_since_.end() ? now : silent->second;
  }
}

}  // namespace tessera::core
