#include <tessera/groups/core/pairs/pair_watch.h>

#include <algorithm>

namespace tessera::core {
namespace {

/// One beat may cross a message that wakes somebody, or puts somebody to sleep.
constexpr int differing_max = 1;

}  // namespace

std::optional<Sleeper> sleeper_of(const Status& status) {
  if (!status.asleep || !status.leader) return std::nullopt;
  return Sleeper{status.leader->peer, status.term, status.settings.heartbeat,
                 status.settings.election_timeout};
}

void PairWatch::hear(TimePoint now, const PairBeat& beat, const UniqueId& expected) {
  if (run_ && *run_ != beat.run) run_began_ = now;
  run_ = beat.run;
  heard_ = now;
  differing_ = beat.digest == expected ? 0 : differing_ + 1;
}

PairWatch::Doubt PairWatch::doubt(TimePoint now, const Asleep& group) const {
  if (run_began_ && *run_began_ >= group.since) return Doubt::another_run;
  const TimePoint heard = std::max(heard_.value_or(group.since), group.since);
  if (now - heard >= group.election_timeout) return Doubt::silence;
  // A leader falls asleep last: what has just fallen asleep here is not in its digest yet.
  const bool young = now - group.since < group.election_timeout;
  return differing_ > differing_max && !young ? Doubt::difference : Doubt::none;
}

}  // namespace tessera::core
