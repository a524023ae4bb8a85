#include <tessera/conformance/invariants/all.h>

namespace tessera::sim {
namespace {

/// Thesis, 3.6.3: an entry committed in some term is in the log of every leader of a later term.
class LeaderCompleteness final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "leader completeness"; }

  void stepped(const Step& step) override {
    const Node& node = step.node;
    const core::Status& now = node.status();
    const core::Status& before = node.status_before();
    if (now.role != core::Role::leader) return;
    if (before.role == core::Role::leader && before.term == now.term) return;
    Index index = chronicle().last();
    while (index > Index{} && chronicle().at(index).leader_term >= now.term) index = index - 1;
    const Cursor committed = chronicle().cursor_at(index);
    require(node.asked().covers(committed), [&] {
      return words(node) + " leads term " + std::to_string(now.term.value()) +
             " without the committed " + committed.to_string();
    });
  }
};

}  // namespace

InvariantPointer make_leader_completeness(const Chronicle& chronicle) {
  return std::make_unique<LeaderCompleteness>(chronicle);
}

}  // namespace tessera::sim
