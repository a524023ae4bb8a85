#pragma once

#include <tessera/conformance/dice.h>
#include <tessera/conformance/event_queue.h>
#include <tessera/conformance/marks.h>
#include <tessera/conformance/node.h>

#include <map>
#include <memory>
#include <vector>

/// Those who ask a group, now and then, to change itself: to move its leadership, to let a member
/// vote or not, to run with other settings.
///
/// Owned by the world.
namespace tessera::sim {

struct StewardSettings {
  Duration interval{};  ///< mean time between two requests; zero: nobody asks for anything
};

class Stewards {
 public:
  struct Parts {
    StewardSettings settings;
    GroupSettings group;
    std::uint64_t seed = 0;
    EventQueue& queue;
    Marks& marks;
    const std::vector<std::unique_ptr<Node>>& nodes;
  };
  explicit Stewards(Parts parts);

  void begin();
  void end() { running_ = false; }

  /// Requests from here on are theirs.
  static constexpr std::uint64_t first_request = std::uint64_t{1} << 62U;
  [[nodiscard]] static bool asked_for(core::RequestId request) {
    return request.value() >= first_request;
  }
  void replied(const core::Reply& reply);
  void node_died(std::size_t node);
  [[nodiscard]] std::size_t pending() const { return pending_.size(); }

 private:
  void ask();
  [[nodiscard]] core::AdminAction draw();

  StewardSettings settings_;
  GroupSettings group_;
  Dice dice_;
  EventQueue& queue_;
  Marks& marks_;
  const std::vector<std::unique_ptr<Node>>& nodes_;
  bool running_ = false;
  std::uint64_t asked_ = 0;
  std::map<std::uint64_t, std::size_t> pending_;  ///< by request: at which node
};

}  // namespace tessera::sim
