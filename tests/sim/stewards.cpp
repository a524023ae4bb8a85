#include <tessera/conformance/stewards.h>

#include <utility>

namespace tessera::sim {

using Kind = core::AdminAction::Kind;

Stewards::Stewards(Parts parts)
    : settings_(parts.settings),
      group_(parts.group),
      dice_(parts.seed),
      queue_(parts.queue),
      marks_(parts.marks),
      nodes_(parts.nodes) {}

void Stewards::begin() {
  if (settings_.interval == Duration{}) return;
  running_ = true;
  queue_.after(dice_.around(settings_.interval), [this] { ask(); });
}

void Stewards::ask() {
  if (!running_) return;
  queue_.after(dice_.around(settings_.interval), [this] { ask(); });
  const std::size_t at = dice_.below(nodes_.size());
  core::AdminAction action = draw();
  Node& node = *nodes_[at];
  if (!node.up() || node.failed()) return;
  const core::RequestId request(first_request + asked_++);
  pending_.emplace(request.value(), at);
  node.post([&node, request, action = std::move(action)] {
    node.step([&](core::GroupCore& core, TimePoint now) { core.admin(now, request, action); });
  });
}

core::AdminAction Stewards::draw() {
  // Nobody is removed: a member that was, stays away until its process is started again.
  constexpr Kind kinds[] = {Kind::transfer, Kind::transfer, Kind::promote,
                            Kind::promote,  Kind::demote,   Kind::configure};
  core::AdminAction action;
  action.kind = dice_.pick(kinds);
  action.peer = nodes_[dice_.below(nodes_.size())]->peer();
  action.settings = group_;
  if (dice_.happens({500})) action.settings.heartbeat = group_.heartbeat / 2;
  return action;
}

void Stewards::replied(const core::Reply& reply) {
  pending_.erase(reply.request.value());
  marks_.add(reply.error ? Mark::admin_refused : Mark::admin_done);
}

void Stewards::node_died(std::size_t node) {
  std::erase_if(pending_, [&](const auto& each) { return each.second == node; });
}

}  // namespace tessera::sim
