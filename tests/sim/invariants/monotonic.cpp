#include <tessera/conformance/invariants/all.h>

#include <map>

namespace tessera::sim {
namespace {

/// Terms, commits and applied positions never fall during one life; a new life begins at or above
/// what was durable (but for a member that rebuilds its state); and base <= applied <= commit <=
/// last at all times.
class Monotonic final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "monotonic"; }

  void starts(const Node& node) override {
    const auto& record = node.disk().durable().record();
    least_[node.index()] = {record.hard.term, record.hard.commit, Index{}};
  }

  void asked(const Node& node, const storage::GroupWrite& write) override {
    // A founding that was given up takes its log with it: what follows is another log's.
    const GenesisId& held = node.asked().record().genesis;
    if (write.genesis && *write.genesis != held) least_[node.index()] = {};
  }

  void stepped(const Step& step) override {
    const Node& node = step.node;
    const core::Status& status = node.status();
    if (status.role == core::Role::stopped) return;
    Least& least = least_[node.index()];
    const auto falls = [&](const char* what) {
      return [&node, what] { return words(node) + ": its " + what + " falls"; };
    };
    require(status.term >= least.term, falls("term"));
    require(status.committed.index >= least.commit, falls("commit index"));
    // What a state that has diverged had applied counts for nothing.
    if (status.problem && status.problem->is(Errc::diverged)) least.applied = Index{};
    require(status.applied.index >= least.applied, falls("applied position"));
    least = {status.term, status.committed.index, status.applied.index};

    const auto& log = node.asked();
    require(status.base == log.base() && status.last == log.last(), [&] {
      return words(node) + " says its log is " + status.base.to_string() + ".." +
             status.last.to_string() + ", and has asked for " + log.base().to_string() + ".." +
             log.last().to_string();
    });
    require(status.base.index <= status.applied.index &&
                status.applied.index <= status.committed.index &&
                status.committed.index <= status.last.index &&
                status.durable.index <= status.last.index,
            [&] {
              return words(node) + ": base " + status.base.to_string() + ", applied " +
                     status.applied.to_string() + ", committed " + status.committed.to_string() +
                     ", last " + status.last.to_string() + " are out of order";
            });
  }

 private:
  struct Least {
    Term term;
    Index commit;
    Index applied;
  };
  std::map<std::size_t, Least> least_;
};

}  // namespace

InvariantPointer make_monotonic(const Chronicle& chronicle) {
  return std::make_unique<Monotonic>(chronicle);
}

}  // namespace tessera::sim
