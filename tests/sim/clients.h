#pragma once

#include <tessera/conformance/dice.h>
#include <tessera/conformance/event_queue.h>
#include <tessera/conformance/node.h>
#include <tessera/conformance/operation.h>
#include <tessera/conformance/plan.h>

#include <map>
#include <memory>
#include <vector>

/// The simulated callers: they call any node, cancel some calls, and remember everything.
///
/// Owned by the world.
namespace tessera::sim {

struct ClientSettings {
  Duration interval = std::chrono::milliseconds{20};  ///< mean time between two operations
  std::size_t pending_max = 64;                       ///< operations under way, all nodes together
  std::uint64_t filler_max = 200;                     ///< bytes of a command beside its id
  Dice::Permille oversized;                           ///< commands above the limit
  Dice::Permille cancels;                             ///< operations that are given up early
  std::uint64_t command_max = 0;                      ///< the members' own limit
  std::uint64_t sessions = 1;                         ///< client sessions that each node has
  Dice::Permille closes;                              ///< operations whose client is the last user
};

class Clients final : public Callers {
 public:
  struct Parts {
    ClientSettings settings;
    EventQueue& queue;
    Referee& referee;
    Trace& trace;
    Marks& marks;
    const std::vector<std::unique_ptr<Node>>& nodes;
    /// The encoded command with this id and about so many bytes beside it.
    std::function<Bytes(std::uint64_t id, std::uint64_t length)> make_command;
  };
  explicit Clients(Parts parts);

  /// Somebody calls now; nobody if the node is down or too much is pending already.
  void happen(const CallEvent& event);
  /// One plain operation now, on this node, if it is up; returns its place in the history.
  std::size_t call(Operation::Kind kind, std::size_t node);

  void replied(const Node& node, const core::Reply& reply) override;
  /// The operations of its callers end without an answer.
  void node_died(std::size_t node);

  [[nodiscard]] const std::vector<Operation>& history() const { return history_; }
  [[nodiscard]] const Operation& operation(std::size_t at) const { return history_[at]; }
  /// Every client but the one that is never closed needs its session no longer.
  void close_named();
  /// Operations that wait for their answer.
  [[nodiscard]] std::size_t pending() const { return pending_.size(); }
  [[nodiscard]] std::size_t pending_at(std::size_t node) const;

  /// Plants a fault: strong reads are asked for as weak ones.
  void weaken_reads() { weakened_ = true; }

 private:
  std::size_t begin(const CallEvent& event);
  void cancel_later(std::size_t at, Duration patience);
  void close_client(std::size_t node);
  void mark_outcome(const Operation& operation);

  ClientSettings settings_;
  EventQueue& queue_;
  Referee& referee_;
  Trace& trace_;
  Marks& marks_;
  const std::vector<std::unique_ptr<Node>>& nodes_;
  std::function<Bytes(std::uint64_t id, std::uint64_t length)> make_command_;
  bool weakened_ = false;
  std::vector<Operation> history_;                ///< request n is at n - 1
  std::map<std::uint64_t, std::size_t> pending_;  ///< request to its node
  /// By node: how many of its clients have been closed. Those in use come behind them.
  std::map<std::size_t, std::uint64_t> closed_;
  Index known_;  ///< the newest command that somebody knows to be applied
};

}  // namespace tessera::sim
