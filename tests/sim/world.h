#pragma once

#include <tessera/conformance/cast.h>
#include <tessera/conformance/clients.h>
#include <tessera/conformance/faults.h>
#include <tessera/conformance/network.h>
#include <tessera/conformance/referee.h>
#include <tessera/conformance/schedule.h>
#include <tessera/conformance/stewards.h>

#include <functional>
#include <memory>
#include <set>
#include <vector>

/// Everything of one run: the nodes of one group, their network, callers and faults, and the
/// referee that watches them. First comes a time with faults, then one without, in which the group
/// must recover (liveness.h).
///
/// Used on one thread, for one run.
namespace tessera::sim {

class World final : private Faults::Operator, private Callers {
 public:
  /// With the machine and strategy that `schedule` names.
  World(Schedule schedule, Trace::Detail detail);
  World(Schedule schedule, Trace::Detail detail, Cast cast);
  ~World() override;

  /// Runs everything. Throws `Broken` if something does not hold.
  void run();

  [[nodiscard]] const Swarm& swarm() const { return swarm_; }
  /// How long faults and callers have been at work; nothing before they began.
  [[nodiscard]] Duration busy_for() const;
  [[nodiscard]] EventQueue& queue() { return queue_; }
  [[nodiscard]] const Trace& trace() const { return trace_; }
  [[nodiscard]] const Marks& marks() const { return marks_; }
  [[nodiscard]] const Chronicle& chronicle() const { return referee_.chronicle(); }
  [[nodiscard]] Clients& clients() { return clients_; }
  [[nodiscard]] const Stewards& stewards() const { return stewards_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Node>>& nodes() const { return nodes_; }
  [[nodiscard]] Node& node(std::size_t index) { return *nodes_[index]; }

  /// Lets events happen until `condition` holds, checked now and then; false if `deadline` came
  /// first.
  bool run_until(TimePoint deadline, const std::function<bool()>& condition);
  void run_for(Duration time);

  /// Everybody hears `node` and it hears nobody, until `heal`.
  void deafen(std::size_t node);
  void heal() { network_.unblock_all(); }
  [[nodiscard]] Network& network() { return network_; }

  // What faults do, for whoever directs a run by hand instead.
  void start(std::size_t node) override;
  void crash(std::size_t node) override;
  void fail_disk(std::size_t node) override;
  bool wipe(std::size_t node) override;
  bool put_back(std::size_t node) override;
  bool rot(std::size_t node) override;
  void happen(const Event& event);

 private:
  void replied(const Node& node, const core::Reply& reply) override;
  void make_node(std::size_t index);
  [[nodiscard]] Genesis genesis_of(std::size_t index) const;
  void run_faulty_time();
  void carry_out_plan();
  void mark_sessions();
  /// Voters, fewer than half, that do not come back.
  [[nodiscard]] std::vector<std::size_t> choose_dead();
  [[nodiscard]] std::set<MemberId> voters_in_force() const;

  Cast cast_;
  Swarm swarm_;
  Plan plan_;
  std::optional<TimePoint> busy_since_;
  EventQueue queue_;
  Trace trace_;
  Marks marks_;
  Dice dice_;
  std::vector<std::unique_ptr<Node>> nodes_;
  Referee referee_;
  Network network_;
  Clients clients_;
  Stewards stewards_;
  Faults faults_;
};

}  // namespace tessera::sim
