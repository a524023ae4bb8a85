#pragma once

#include <tessera/conformance/dice.h>
#include <tessera/conformance/network.h>
#include <tessera/conformance/plan.h>

#include <array>
#include <memory>
#include <vector>

/// What goes wrong, and when: crashes, restarts, pauses, partitions, slow disks, clocks that jump.
///
/// Owned by the world.
namespace tessera::sim {

enum class Fault : std::uint8_t {
  crash,
  crash_all,
  pause,
  partition_symmetric,
  partition_one_way,
  partition_bridge,
  slow_disk,
  disk_failure,
  clock_jump,
  reset_link,
  wipe_disk,
  old_disk,
  bit_rot,
  full_disk,
  full_disks,
  count_of_faults,
};

struct FaultSettings {
  Duration interval = std::chrono::seconds{1};  ///< mean time between two faults
  Dice::Span lasts;                             ///< how long each lasts
  /// How often each kind is chosen; 0: never.
  std::array<std::uint32_t, static_cast<std::size_t>(Fault::count_of_faults)> weights{};
  Dice::Range clock_rate{1000, 1000};  ///< in thousandths of the true speed
};

class Faults {
 public:
  /// Starts and stops processes, and tells everybody who must know.
  class Operator {
   public:
    virtual ~Operator() = default;
    virtual void start(std::size_t node) = 0;
    virtual void crash(std::size_t node) = 0;
    /// A write fails: the member stops, the process stays.
    virtual void fail_disk(std::size_t node) = 0;
    /// The process dies and its disk with it. False if that is more than the group must survive.
    virtual bool wipe(std::size_t node) = 0;
    /// The process dies and its disk is put back to the copy that was made of it. False if there is
    /// none, or if the group need not find that out.
    virtual bool put_back(std::size_t node) = 0;
    /// The process dies, and what its disk holds turns out to be damaged. False if that is more
    /// than the group must survive.
    virtual bool rot(std::size_t node) = 0;
  };
  struct Parts {
    Dice::Range clock_rate;  ///< in thousandths of the true speed
    std::uint64_t seed = 0;
    EventQueue& queue;
    Operator& power;
    Network& network;
    Trace& trace;
    Marks& marks;
    const std::vector<std::unique_ptr<Node>>& nodes;
  };
  explicit Faults(Parts parts);

  void begin() { running_ = true; }
  /// Happens now, until it is mended or `end`; not at all if it makes no sense now.
  void inflict(const FaultEvent& event);
  /// No fault from now on, and what is broken is mended: all nodes but `stay_dead` run.
  void end(const std::vector<std::size_t>& stay_dead);
  /// A process starts: its clock gets a rate of its own.
  void node_started(std::size_t node);

 private:
  using Way = Network::Way;
  void crash(const FaultEvent& event);
  void start_later(std::size_t node, Duration delay);
  void fail_disk(const FaultEvent& event);
  void wipe(const FaultEvent& event);
  void put_back(const FaultEvent& event);
  void rot(const FaultEvent& event);
  void fill(const FaultEvent& event);
  void pause(const FaultEvent& event);
  void slow_down(const FaultEvent& event);
  void jump(const FaultEvent& event);
  void partition(const FaultEvent& event);

  Dice::Range clock_rate_;
  std::uint64_t seed_;
  EventQueue& queue_;
  Operator& power_;
  Network& network_;
  Trace& trace_;
  Marks& marks_;
  const std::vector<std::unique_ptr<Node>>& nodes_;
  bool running_ = false;
  std::uint64_t partition_ = 0;  ///< the newest one's number
};

}  // namespace tessera::sim
