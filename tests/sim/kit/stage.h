#pragma once

#include <tessera/conformance/kit/member.h>
#include <tessera/conformance/world.h>

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

/// A simulated group whose members run a subject, directed by hand: the small language in which the
/// checks are written. Members that found come first, those that join later behind them.
///
/// Every invariant of the simulator watches; what does not hold, or does not come about in time,
/// is thrown as `sim::Broken`. One for each run, used on one thread.
namespace tessera::conformance {

/// Runs a whole simulation of `subject` in which everything happens that `swarm` draws. Throws
/// `sim::Broken` for what does not hold.
void play(const Subject& subject, const sim::Swarm& swarm);

class Stage {
 public:
  struct Options {
    std::size_t founders = 3;
    std::size_t joiners = 1;
    std::uint64_t seed = 1;
    /// Changes the settings that every run begins with.
    std::function<void(sim::Swarm&)> adjust;
  };
  Stage(const Subject& subject, const Options& options);

  [[nodiscard]] sim::World& world() { return world_; }
  [[nodiscard]] sim::Node& node(std::size_t index) { return world_.node(index); }
  [[nodiscard]] const core::Status& status(std::size_t index) { return node(index).status(); }
  [[nodiscard]] const Diary& diary(std::size_t index) const { return diaries_[index]; }
  [[nodiscard]] TimePoint now() { return world_.queue().now(); }

  /// Starts the founders and waits for a group that commits.
  void found();
  void start(std::size_t node) { world_.start(node); }
  void crash(std::size_t node) { world_.crash(node); }
  /// Somebody at `node` has this many commands executed, with success.
  void fill(std::size_t count, std::size_t node = 0);
  /// From now on somebody calls at `node` every few milliseconds.
  void load(std::size_t node);
  void end_load() { loading_ = false; }
  /// Every member that runs snapshots its machine and drops the log below, where it can.
  void prune();
  /// The member that leads; waits for one.
  [[nodiscard]] std::size_t leader();
  /// One that runs and does not lead.
  [[nodiscard]] std::size_t follower();
  void cut(std::size_t left, std::size_t right);
  /// Nothing passes between `node` and all others.
  void isolate(std::size_t node);
  void heal() { world_.heal(); }
  void change_network(const std::function<void(sim::NetworkSettings&)>& adjust) {
    sim::NetworkSettings network = world_.swarm().network;
    adjust(network);
    world_.network().become(network);
  }
  /// What the strategy of `node` sends goes through `change`, which may empty it: then it is lost.
  using Change = std::function<void(Bytes& message)>;
  void tamper(std::size_t node, const Change& change);

  /// True if `node` serves its callers, holds all that is committed, and runs no session.
  [[nodiscard]] bool caught_up(std::size_t node);
  void demand_caught_up(std::size_t node, Duration within = std::chrono::seconds{60});
  void demand(std::string_view what, Duration within, const std::function<bool()>& condition);
  /// Looks after every single event; false if it did not come about.
  bool step_until(Duration within, const std::function<bool()>& condition);
  /// The scenario could not be brought about, so that nothing was tested.
  void require_scene(bool holds, std::string_view what);

  /// Everything mended and running, the whole group must serve and be equal, and stay so.
  void demand_recovery();
  /// Throws if a strategy did what none may do.
  void judge_diaries() const;

 private:
  void call_again(std::size_t node);
  [[nodiscard]] std::string picture();

  CommandNumbers numbers_;
  std::vector<Diary> diaries_;
  std::size_t founders_;
  sim::World world_;
  bool loading_ = false;
};

}  // namespace tessera::conformance
