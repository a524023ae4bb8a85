#include <tessera/groups/core/membership/learners.h>

#include <algorithm>

namespace tessera::core {
namespace {

TimePoint due_at(TimePoint bonded_since, const LearnerRule& rule) {
  return bonded_since + rule.heartbeat * LearnerRule::heartbeats_bonded;
}

}  // namespace

std::optional<Configuration> with_due_learners(const Configuration& present,
                                               const BondedSince& bonded, TimePoint now,
                                               const LearnerRule& rule) {
  Configuration next = present;
  for (const auto& [member, since] : bonded) {
    if (present.contains(member) || now < due_at(since, rule)) continue;
    std::erase_if(next.learners,
                  [peer = member.peer](const MemberId& learner) { return learner.peer == peer; });
    next.learners.insert(member);
  }
  if (next == present) return std::nullopt;
  return next;
}

std::optional<TimePoint> next_learner_due(const Configuration& present, const BondedSince& bonded,
                                          const LearnerRule& rule) {
  std::optional<TimePoint> earliest;
  for (const auto& [member, since] : bonded) {
    if (present.contains(member)) continue;
    const TimePoint due = due_at(since, rule);
    earliest = earliest ? std::min(*earliest, due) : due;
  }
  return earliest;
}

}  // namespace tessera::core
