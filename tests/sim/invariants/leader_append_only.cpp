#include <tessera/conformance/invariants/all.h>

namespace tessera::sim {
namespace {

/// Thesis, figure 3.2: a leader never overwrites or deletes entries of its own log.
class LeaderAppendOnly final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "leader append-only"; }

  void stepped(const Step& step) override {
    const core::Status& now = step.node.status();
    const core::Status& before = step.node.status_before();
    if (now.role != core::Role::leader || before.role != core::Role::leader) return;
    if (now.term != before.term) return;
    for (const core::Persist& persist : step.effects.persists) {
      const auto& entries = persist.write.entries;
      const bool adds = entries.empty() || entries.front().position.index > before.last.index;
      require(adds && !persist.write.reset,
              [&] { return words(step.node) + " overwrites its log while it leads"; });
    }
  }
};

}  // namespace

InvariantPointer make_leader_append_only(const Chronicle& chronicle) {
  return std::make_unique<LeaderAppendOnly>(chronicle);
}

}  // namespace tessera::sim
