#pragma once

#include <tessera/conformance/clients.h>
#include <tessera/conformance/faults.h>
#include <tessera/conformance/network.h>
#include <tessera/conformance/stewards.h>

#include <string>

/// What one seed tries: every seed draws its own subset of faults and its own settings, since a
/// run with every fault at once explores less than many runs with a few (Groce and others, "Swarm
/// testing", 2012).
namespace tessera::sim {

struct Swarm {
  enum class Strategy : std::uint8_t { whole_state, log_replay, snapshot_sync };
  /// Who may found: all of them; fewer at a time than there are; named ones; all but some.
  enum class Founders : std::uint8_t { all, fewer, named, all_but_some };

  std::uint64_t seed = 0;
  std::size_t nodes = 3;
  Strategy strategy = Strategy::whole_state;
  Founders founders = Founders::all;
  std::size_t joiners = 1;  ///< of `all_but_some`: the last so many nodes join
  GroupSettings group;
  core::CoreLimits limits;
  Duration operation_timeout = std::chrono::seconds{3};
  Duration genesis_wait{};
  std::size_t recent_max = std::size_t{64} << 20U;
  Dice::Span timer_slack{Duration{0}, std::chrono::microseconds{10}};
  NetworkSettings network;
  DiskSettings disk;
  ClientSettings clients;
  FaultSettings faults;
  Duration faulty_time = std::chrono::seconds{5};  ///< how long faults and callers go on
  bool faults_from_start = false;                  ///< also while the group is being founded
  bool minority_stays_dead = false;
  StewardSettings stewards;
  LeadershipPreference first_prefers;  ///< of the first node
  LeadershipPreference last_prefers;   ///< of the last node
  std::size_t observers = 0;           ///< the last so many nodes only observe
  /// One node's machine errs once, about the middle of the faulty time; 0: none does, 1: the first.
  std::size_t garbled_node = 0;
  bool leader_goes_deaf = false;  ///< at the end, with everything else in order
  bool may_sleep = false;         ///< a quiet group falls asleep
  bool last_comes_late = false;   ///< the last node starts when the others have been at work

  [[nodiscard]] static Swarm draw(std::uint64_t seed, std::size_t nodes);
  [[nodiscard]] LeadershipPreference leadership_of(std::size_t node) const;
  /// How many members found together.
  [[nodiscard]] std::size_t founder_count() const;
  [[nodiscard]] std::string to_string() const;
};

}  // namespace tessera::sim
