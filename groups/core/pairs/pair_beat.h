#pragma once

#include <tessera/groups/core/status.h>
#include <tessera/primitives/hash.h>
#include <tessera/primitives/time.h>

#include <cstdint>
#include <optional>

/// The heartbeat of a pair of nodes: one stands for all groups that the two share and that sleep.
namespace tessera::core {

/// A group in which a member sleeps, as its node knows it.
struct Sleeper {
  PeerId leader;
  Term term;
  Duration heartbeat{};
  Duration election_timeout{};

  bool operator==(const Sleeper&) const = default;
};

/// What a member's node knows of its sleep; nothing if it is awake.
[[nodiscard]] std::optional<Sleeper> sleeper_of(const Status& status);

struct PairBeat {
  std::uint64_t run = 0;  ///< of the sending node; another one with each start
  /// Of the groups that the sender leads, that sleep, and that it shares with the receiver.
  UniqueId digest;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(run, digest);
  }
};

/// The digest of a beat. Both ends add the groups in the order of their ids.
class PairDigest {
 public:
  void add(const GroupId& group, Term term) { hasher_.add(group.view()).add(term.value()); }
  /// Call once, last.
  [[nodiscard]] UniqueId digest() { return hasher_.digest(); }

 private:
  Hasher hasher_{"tessera/pair-beat"};
};

}  // namespace tessera::core
