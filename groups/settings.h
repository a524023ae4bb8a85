#pragma once

#include <tessera/groups/durability.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>

#include <chrono>
#include <cstdint>

/// What the members of a group have agreed on and may change while it runs.
///
/// The values given at `join()` seed a new group; from then on those in the group's log hold.
/// They are no part of the group id: tuning never splits a group. A plain value.
namespace tessera {

struct GroupSettings {
  using Milliseconds = std::chrono::milliseconds;

  GroupSettings() = default;

  /// How often a leader tells its followers that it lives.
  Milliseconds heartbeat{100};
  /// Silence after which a follower campaigns; at least five heartbeats.
  Milliseconds election_timeout{1000};
  /// A random part of up to this much is added to the timeout; not zero.
  Milliseconds election_jitter{1000};
  /// A follower further behind than this many bytes catches up in a state-sync session; a nearer
  /// one is re-sent what it lacks by the leader. 0: always a session. At most 64 MiB.
  std::uint64_t inline_catch_up = 4U << 20U;
  /// A session without progress for this long is given up and opened anew.
  Milliseconds stall_after{30'000};
  /// The most bytes that the encoded result of one command may have; 256 bytes to 64 MiB. A caller
  /// whose command was applied with a larger one is told `result_too_large`.
  std::uint64_t result_max = 16U << 20U;
  /// The group grows by itself to so many voters, two at a time; at most 31.
  std::uint32_t committee_target = 5;
  /// A voter that has been silent for this long, and for ten election timeouts, is replaced by a
  /// standby if there is one.
  Milliseconds replace_after{60'000};
  /// A learner that has been silent for this long is forgotten.
  Milliseconds forget_after{3'600'000};
  /// The least a voter must give.
  Durability durability = Durability::fsync;
  /// The client sessions of a member that the leader has not seen for this long are closed.
  Milliseconds session_ttl{600'000};
  /// So many client sessions the group keeps at a time; 1 to 65536.
  std::uint64_t sessions_max = 1024;
  /// So many bytes of results are kept for one client session until its caller has them; a caller
  /// with more under way is slowed down. At most 64 MiB.
  std::uint64_t session_bytes_max = 4U << 20U;
  /// So long after its last snapshot a group whose state has changed since takes the next one, all
  /// members at one position, and compares what they hold: a member with another state is found
  /// within this time. Needs a strategy that compares, as `SnapshotSync` does. So often each member
  /// also reads all it has stored, to see whether it is sound. 0: neither.
  Milliseconds scrub_interval{3'600'000};

  /// `invalid_argument` naming the field and its bounds, if one is out of them.
  [[nodiscard]] Result<void> validate() const;

  bool operator==(const GroupSettings&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(heartbeat, election_timeout, election_jitter, inline_catch_up, stall_after, result_max);
    archive(committee_target, replace_after, forget_after, durability);
    archive(session_ttl, sessions_max, session_bytes_max, scrub_interval);
  }
};

}  // namespace tessera
