#include <tessera/conformance/invariants/all.h>

#include <map>

namespace tessera::sim {
namespace {

/// Thesis, figure 3.2, state machine safety: a machine's state is that of the committed commands up
/// to the last one it applied, each applied once and in order, and nothing else.
class Applied final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "applied"; }

  void starts(const Node& node) override {
    judged_.erase(node.index());
    installing_.erase(node.index());
  }

  void asked(const Node& node, const storage::GroupWrite& write) override {
    if (write.snapshot) {
      installing_[node.index()] = {write.snapshot->position.index, node.tape()};
    }
  }

  void stepped(const Step& step) override {
    const Node& node = step.node;
    for (const AppliedCommand& command : step.applied) {
      const Index index = command.position.index;
      require(index <= chronicle().last() && chronicle().cursor_at(index) == command.position &&
                  chronicle().at(index).command == command.id,
              [&] {
                return words(node) + " applies command " + std::to_string(command.id) + " at " +
                       command.position.to_string() + ", where it was not committed";
              });
    }
    const Tape& tape = node.tape();
    const Index applied = node.status().applied.index;
    Judged& judged = judged_[node.index()];
    if (judged.tape == tape && judged.applied == applied) return;
    judged = {tape, applied};
    require(tape.last <= chronicle().last() && chronicle().tape_at(tape.last) == tape, [&] {
      return words(node) + ": its state after " + std::to_string(tape.last.value()) +
             " is not that of the committed log: " + std::to_string(tape.count) + " commands";
    });
    // An installed state counts as applied at once, but readers see it only once it is durable.
    const auto installing = installing_.find(node.index());
    if (installing != installing_.end()) {
      if (installing->second.position == applied && installing->second.before == tape) return;
      installing_.erase(installing);
    }
    require(applied <= chronicle().last() && chronicle().tape_at(applied).count == tape.count, [&] {
      return words(node) + " says it has applied " + std::to_string(applied.value()) +
             ", and its machine is at " + std::to_string(tape.last.value());
    });
  }

 private:
  struct Judged {
    Tape tape;
    Index applied;
  };
  struct Installing {
    Index position;
    Tape before;  ///< the state that readers still see
  };
  std::map<std::size_t, Judged> judged_;
  std::map<std::size_t, Installing> installing_;
};

}  // namespace

InvariantPointer make_applied(const Chronicle& chronicle) {
  return std::make_unique<Applied>(chronicle);
}

}  // namespace tessera::sim
