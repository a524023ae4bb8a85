#pragma once

#include <tessera/conformance/chronicle.h>
#include <tessera/conformance/invariant.h>

#include <memory>
#include <vector>

/// Holds the invariants of one run and tells them what happens, in one fixed order: the one that
/// watches commits comes first, since it writes the chronicle that the others read.
///
/// Owned by the world.
namespace tessera::sim {

class Referee {
 public:
  using Nodes = std::vector<std::unique_ptr<Node>>;
  /// `nodes` is filled before the first call; `model` is the machine that they run.
  explicit Referee(const Nodes& nodes,
                   std::unique_ptr<Model> model = std::make_unique<TapeModel>());

  [[nodiscard]] const Chronicle& chronicle() const { return chronicle_; }

  void starts(const Node& node);
  void crashed(const Node& node);
  void asked(const Node& node, const storage::GroupWrite& write);
  void stepped(const Node& node, const core::Effects& effects,
               const std::vector<AppliedCommand>& applied);
  void becomes_durable(const Node& node, const storage::GroupWrite& write);
  void leaves(const Node& node, const core::Send& send);
  void answered(const Node& node, const Operation& operation);
  void finished(const std::vector<Operation>& history);

 private:
  Chronicle chronicle_;
  std::vector<std::unique_ptr<Invariant>> invariants_;
};

}  // namespace tessera::sim
