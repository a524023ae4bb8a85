#pragma once

#include "courier.h"
#include "naming.h"
#include <tessera/conformance/clients.h>
#include <tessera/conformance/referee.h>
#include <tessera/conformance/swarm.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

/// The members of one group as a scenario moves them: real cores on simulated disks, whose clocks
/// stand still and whose messages wait until the script says otherwise, and the simulator's referee
/// that watches every step.
///
/// Used on one thread, for one script. What breaks an invariant throws `sim::Broken`.
namespace tessera::scenarios {

struct StageOptions {
  std::size_t nodes = 3;
  std::size_t founders = 3;
  sim::Swarm::Strategy strategy = sim::Swarm::Strategy::whole_state;
  GroupSettings group;
  /// Bytes of entries in one append; one entry may always be sent.
  std::size_t append_max = core::CoreLimits{}.append_max;
};

class Stage final : private sim::Callers {
 public:
  explicit Stage(const StageOptions& options);
  ~Stage() override;

  /// The founders run and found; nobody leads yet.
  void found();

  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] sim::Node& node(std::size_t index) { return *nodes_[index]; }
  [[nodiscard]] Courier& courier() { return courier_; }
  [[nodiscard]] Naming& naming() { return naming_; }
  [[nodiscard]] const sim::Chronicle& chronicle() const { return referee_.chronicle(); }

  // Processes.
  void start(std::size_t node);
  void crash(std::size_t node);
  void wipe(std::size_t node);
  void fail_disk(std::size_t node);

  // Time. Each clock moves on its own.
  void wait(const std::vector<std::size_t>& nodes, Duration time);
  /// All clocks move, and what is sent arrives if it can.
  void pass(Duration time);
  /// The clock of `node` moves until it campaigns; false if it does not within a few timeouts.
  bool campaign(std::size_t node);

  /// Everybody but `node` and those that lead has heard from no leader for an election timeout.
  void outlast_leaders(std::size_t node);

  // Messages.
  /// Delivers what is not held until nothing is left; returns how many.
  std::size_t run();
  void deliver(std::uint64_t letter, Courier::Keep keep);

  // Callers.
  struct Call {
    sim::Operation::Kind kind = sim::Operation::Kind::execute;
    std::size_t node = 0;
    std::string name;
  };
  void call(const Call& call);
  void admin(std::size_t node, const core::AdminAction& action, const std::string& name);
  /// Whoever asked for it no longer waits for it.
  void forget_admin(const std::string& name);

  /// Lets everything happen that takes no time: disks that are not held, applying.
  void settle();

  void say(std::string line) { said_.push_back(std::move(line)); }
  /// What happened since the last call: what was said, the answers, and how members changed.
  [[nodiscard]] std::vector<std::string> take_news();

  /// The script is over: everything is judged once more.
  void finish();

 private:
  void replied(const sim::Node& node, const core::Reply& reply) override;
  void make_node(std::size_t index, const StageOptions& options);
  [[nodiscard]] std::string outcome(const sim::Operation& operation) const;

  StageOptions options_;
  sim::EventQueue queue_;
  sim::Trace trace_{sim::Trace::Detail::hash};
  sim::Marks marks_;
  std::vector<std::unique_ptr<sim::Node>> nodes_;
  sim::Referee referee_;
  sim::Clients clients_;
  Naming naming_;
  Courier courier_;
  std::vector<std::string> said_;
  std::map<std::size_t, std::string> calls_;  ///< by place in the history: those not yet told of
  std::map<std::uint64_t, std::string> admin_calls_;
  std::uint64_t admin_asked_ = 0;
  std::map<std::size_t, std::string> states_;
  std::map<std::size_t, std::string> configurations_;
};

}  // namespace tessera::scenarios
