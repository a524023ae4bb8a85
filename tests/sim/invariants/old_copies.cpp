#include <tessera/conformance/invariants/all.h>

namespace tessera::sim {
namespace {

/// consensus.md, "A restored old copy": a store that has forgotten what it promised promises
/// nothing more. Where everybody remembers more of it than it holds (lost_stores.h), its member
/// finds out with the first bond, so under the old storage id it says nothing at all; and it goes
/// on under a new one.
class OldCopies final : public Invariant {
 public:
  OldCopies(const Chronicle& chronicle, const AllNodes& nodes)
      : Invariant(chronicle), nodes_(nodes) {}
  [[nodiscard]] std::string_view name() const override { return "old copies"; }

  void leaves(const Node& node, const core::Send& /*send*/) override {
    require(!node.has_old_disk(), [&] { return words(node) + " acts on an old copy of its disk"; });
  }

  void finished(const std::vector<Operation>& /*history*/) override {
    for (const auto& node : nodes_) {
      require(!node->up() || !node->has_old_disk(),
              [&] { return words(*node) + " never found out that its disk is an old copy"; });
    }
  }

 private:
  const AllNodes& nodes_;
};

}  // namespace

InvariantPointer make_old_copies(const Chronicle& chronicle, const AllNodes& nodes) {
  return std::make_unique<OldCopies>(chronicle, nodes);
}

}  // namespace tessera::sim
