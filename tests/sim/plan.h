#pragma once

#include <tessera/conformance/operation.h>
#include <tessera/primitives/time.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Everything that is done to a group in one run: what breaks, what callers call, what stewards
/// ask for; each at its time.
///
/// Drawn before the run, so that any of it can be left out, moved or written into a file. An event
/// finds the group in whatever state it is, and does nothing if it makes no sense there. Values.
namespace tessera::sim {

struct Swarm;

/// Something breaks, and is mended after `lasts`.
struct FaultEvent {
  enum class Kind : std::uint8_t {
    crash,
    crash_all,
    wipe_disk,
    copy_disk,  ///< a copy is made for a later `old_disk`
    old_disk,   ///< the process dies, and its disk is put back to the copy
    disk_failure,
    pause,
    slow_disk,
    clock_jump,  ///< forward, by `lasts`
    reset_link,  ///< between `node` and `other`
    partition,   ///< nothing passes from `left` to `right`, nor back unless `one_way`
    bit_rot,     ///< the process dies, and what its disk holds is damaged
    full_disk,   ///< the disk is nearly full
    full_disks,  ///< all disks are
    count_of_kinds,
  };
  Kind kind = Kind::crash;
  std::size_t node = 0;
  std::size_t other = 0;
  Duration lasts{};
  std::vector<std::size_t> left;
  std::vector<std::size_t> right;
  bool one_way = false;

  bool operator==(const FaultEvent&) const = default;
};

/// Somebody calls a node.
struct CallEvent {
  Operation::Kind kind = Operation::Kind::execute;
  std::size_t node = 0;
  std::uint64_t client = 0;  ///< 0: the one that is never closed; others are closed and replaced
  std::uint64_t length = 0;  ///< bytes of the command beside its id
  bool closes = false;       ///< one of the node's clients needs its session no longer
  bool cancelled = false;    ///< given up after `patience`
  Duration patience{};

  bool operator==(const CallEvent&) const = default;
};

/// Somebody at a node asks the group to change itself.
struct WishEvent {
  enum class Kind : std::uint8_t {
    transfer,
    promote,
    demote,
    configure,
    snapshot,
    prune,
    count_of_kinds
  };
  Kind kind = Kind::transfer;
  std::size_t node = 0;
  std::size_t other = 0;  ///< whom it is about
  bool faster = false;    ///< of `configure`: half the heartbeat, and few results are kept

  bool operator==(const WishEvent&) const = default;
};

struct Event {
  Duration at{};  ///< since faults and callers began
  std::variant<FaultEvent, CallEvent, WishEvent> what;

  bool operator==(const Event&) const = default;
};

/// In the order of their times.
using Plan = std::vector<Event>;

/// The plan of a seed.
[[nodiscard]] Plan draw_plan(const Swarm& swarm);

/// "+1.200s crash node 2 for 0.300s"; the same words are read back.
[[nodiscard]] std::string to_string(const Event& event);
/// Nothing if `line` is no event.
[[nodiscard]] std::optional<Event> parse_event(std::string_view line);

/// "1.25s", as short as it can be said exactly.
[[nodiscard]] std::string to_string(Duration time);

}  // namespace tessera::sim
