#include <tessera/conformance/stewards.h>

#include <utility>

namespace tessera::sim {

using Kind = core::AdminAction::Kind;

Stewards::Stewards(Parts parts) : group_(parts.group), marks_(parts.marks), nodes_(parts.nodes) {}

void Stewards::happen(const WishEvent& event) {
  Node& node = *nodes_[event.node];
  if (!node.up() || node.failed()) return;
  const core::RequestId request(first_request + asked_++);
  pending_.emplace(request.value(), event.node);
  node.post([&node, request, action = action_of(event)] {
    node.step([&](core::GroupCore& core, TimePoint now) { core.admin(now, request, action); });
  });
}

core::AdminAction Stewards::action_of(const WishEvent& event) const {
  constexpr Kind kinds[] = {Kind::transfer,  Kind::promote,  Kind::demote,
                            Kind::configure, Kind::snapshot, Kind::prune};
  core::AdminAction action;
  action.kind = kinds[static_cast<std::size_t>(event.kind)];
  action.peer = nodes_[event.other]->peer();
  action.settings = group_;
  if (event.faster) {
    action.settings.heartbeat = group_.heartbeat / 2;
    // Of those that decide what becomes of an entry.
    action.settings.session_bytes_max = group_.session_bytes_max / 2 == 0 ? 100 : 0;
  }
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
