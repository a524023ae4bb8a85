#include <tessera/conformance/invariants/all.h>
#include <tessera/conformance/referee.h>

#include <utility>

namespace tessera::sim {

Referee::Referee(const Nodes& nodes, std::unique_ptr<Model> model)
    : chronicle_(std::move(model)), invariants_(make_invariants(chronicle_, nodes)) {}

void Referee::starts(const Node& node) {
  for (const auto& invariant : invariants_) invariant->starts(node);
}

void Referee::crashed(const Node& node) {
  for (const auto& invariant : invariants_) invariant->crashed(node);
}

void Referee::asked(const Node& node, const storage::GroupWrite& write) {
  for (const auto& invariant : invariants_) invariant->asked(node, write);
}

void Referee::stepped(const Node& node, const core::Effects& effects,
                      const std::vector<AppliedCommand>& applied) {
  const Invariant::Step step{node, effects, applied};
  for (const auto& invariant : invariants_) invariant->stepped(step);
}

void Referee::becomes_durable(const Node& node, const storage::GroupWrite& write) {
  for (const auto& invariant : invariants_) invariant->becomes_durable(node, write);
}

void Referee::leaves(const Node& node, const core::Send& send) {
  for (const auto& invariant : invariants_) invariant->leaves(node, send);
}

void Referee::answered(const Node& node, const Operation& operation) {
  for (const auto& invariant : invariants_) invariant->answered(node, operation);
}

void Referee::finished(const std::vector<Operation>& history) {
  for (const auto& invariant : invariants_) invariant->finished(history);
}

}  // namespace tessera::sim
