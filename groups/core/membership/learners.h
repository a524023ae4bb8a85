#pragma once

#include <tessera/groups/core/configuration.h>
#include <tessera/primitives/time.h>

#include <chrono>
#include <map>
#include <optional>

/// How those who joined become members: whoever has stayed bonded with the leader for a while is
/// added as a learner, many in one change.
namespace tessera::core {

/// Bonded peers of the same genesis, and since when.
using BondedSince = std::map<MemberId, TimePoint>;

struct LearnerRule {
  /// So many heartbeats a peer must have stayed.
  static constexpr int heartbeats_bonded = 10;

  std::chrono::milliseconds heartbeat{100};
};

/// The configuration with everybody who is due, or nothing if nobody is. A learner's place goes to
/// its successor when a node comes back with another storage id; voters stay as they are.
[[nodiscard]] std::optional<Configuration> with_due_learners(const Configuration& present,
                                                             const BondedSince& bonded,
                                                             TimePoint now,
                                                             const LearnerRule& rule);

/// When the next peer is due.
[[nodiscard]] std::optional<TimePoint> next_learner_due(const Configuration& present,
                                                        const BondedSince& bonded,
                                                        const LearnerRule& rule);

}  // namespace tessera::core
