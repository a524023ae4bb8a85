#include <tessera/conformance/invariants/all.h>

namespace tessera::sim {
namespace {

/// What was dropped from a log is in the snapshot in force, and a snapshot holds only what is
/// committed: pruned <= snapshot <= commit, in the log as the core sees it and on the disk. (That
/// base <= applied <= commit <= last is seen by `monotonic`.)
class OrderedStore final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "ordered store"; }

  void starts(const Node& node) override { judge(node, node.disk().durable(), "on its disk"); }

  void stepped(const Step& step) override {
    if (step.effects.persists.empty()) return;
    judge(step.node, step.node.asked(), "in its log");
    const auto& snapshot = step.node.asked().record().snapshot;
    require(!snapshot || snapshot->position.index <= step.node.status().committed.index, [&] {
      return words(step.node) + " has a snapshot at " + snapshot->position.to_string() +
             ", and says it committed " + step.node.status().committed.to_string();
    });
  }

 private:
  void judge(const Node& node, const GroupLog& log, const char* where) const {
    const auto& snapshot = log.record().snapshot;
    const Cursor base = log.base();
    require(base == Cursor{} || (snapshot && base.index <= snapshot->position.index), [&] {
      return words(node) + " begins at " + base.to_string() + ' ' + where +
             ", behind its snapshot" +
             (snapshot ? " at " + snapshot->position.to_string() : ", which is none");
    });
    if (!snapshot) return;
    require(snapshot->position.index <= chronicle().last() &&
                chronicle().cursor_at(snapshot->position.index) == snapshot->position,
            [&] {
              return words(node) + " has a snapshot at " + snapshot->position.to_string() +
                     ", which is not committed";
            });
  }
};

}  // namespace

InvariantPointer make_ordered_store(const Chronicle& chronicle) {
  return std::make_unique<OrderedStore>(chronicle);
}

}  // namespace tessera::sim
