#pragma once

#include <tessera/groups/core/pairs/pair_beat.h>

#include <cstdint>
#include <optional>

namespace tessera::core {

/// What a node makes of the heartbeats of one peer: whether the groups that sleep on the word of
/// that peer must be stirred. Belongs to one link; whoever holds it hands the time in.
class PairWatch {
 public:
  /// A beat has come; `expected` is the digest of the groups in which this node sleeps under the
  /// sender. Comparing with that, and not with the beat before, leaves no gap in which a leader
  /// could fall before it has ever stated what it leads.
  void hear(TimePoint now, const PairBeat& beat, const UniqueId& expected);

  enum class Doubt : std::uint8_t {
    none,
    silence,      ///< nothing has come for an election timeout
    another_run,  ///< the peer has started anew
    difference,   ///< the peer leads something else than what is thought of it
  };
  /// Of a group that both share, and that sleeps here.
  struct Asleep {
    TimePoint since{};
    Duration election_timeout{};
  };
  [[nodiscard]] Doubt doubt(TimePoint now, const Asleep& group) const;

 private:
  std::optional<std::uint64_t> run_;
  std::optional<TimePoint> run_began_;  ///< of another run than the first
  std::optional<TimePoint> heard_;
  int differing_ = 0;  ///< so many beats in a row
};

}  // namespace tessera::core
