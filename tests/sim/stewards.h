#pragma once

#include <tessera/conformance/marks.h>
#include <tessera/conformance/node.h>
#include <tessera/conformance/plan.h>

#include <map>
#include <memory>
#include <vector>

/// Those who ask a group, now and then, to change itself: to move its leadership, to let a member
/// vote or not, to run with other settings; or a member to store its state and prune its log.
///
/// Owned by the world.
namespace tessera::sim {

struct StewardSettings {
  Duration interval{};  ///< mean time between two requests; zero: nobody asks for anything
  Duration upkeep{};    ///< the same for snapshots and pruning, each of one store alone
};

class Stewards {
 public:
  struct Parts {
    GroupSettings group;
    Marks& marks;
    const std::vector<std::unique_ptr<Node>>& nodes;
  };
  explicit Stewards(Parts parts);

  /// Somebody asks now; nobody if the node is down.
  void happen(const WishEvent& event);

  /// Requests from here on are theirs.
  static constexpr std::uint64_t first_request = std::uint64_t{1} << 62U;
  [[nodiscard]] static bool asked_for(core::RequestId request) {
    return request.value() >= first_request;
  }
  void replied(const core::Reply& reply);
  void node_died(std::size_t node);
  [[nodiscard]] std::size_t pending() const { return pending_.size(); }

 private:
  [[nodiscard]] core::AdminAction action_of(const WishEvent& event) const;

  GroupSettings group_;
  Marks& marks_;
  const std::vector<std::unique_ptr<Node>>& nodes_;
  std::uint64_t asked_ = 0;
  std::map<std::uint64_t, std::size_t> pending_;  ///< by request: at which node
};

}  // namespace tessera::sim
