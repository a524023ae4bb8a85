#include <tessera/conformance/invariants/all.h>
#include <tessera/groups/core/entry_data.h>

#include <map>

namespace tessera::sim {
namespace {

/// Thesis, 6.3: a command runs once, however often it is sent and appended; what is remembered of
/// it is what it returned; and the runtime's part of the state is the same wherever the same
/// prefix of the log has been applied, also when it came with a snapshot.
class ExactlyOnce final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "exactly once"; }

  void starts(const Node& node) override { judged_.erase(node.index()); }

  void stepped(const Step& step) override {
    const Node& node = step.node;
    require(!chronicle().ran_twice(), [&] {
      return "command " + std::to_string(*chronicle().ran_twice()) + " runs a second time";
    });
    const Index applied = node.status().applied.index;
    Index& judged = judged_[node.index()];
    if (applied == judged || applied == Index{} || node.failed()) return;
    judged = applied;
    const Bytes runtime = node.anchor().runtime();
    const auto [known, first] = parts_.try_emplace(applied, fingerprint(runtime.view()));
    if (first) judge(node, applied, runtime);
    require(known->second == fingerprint(runtime.view()), [&] {
      return words(node) + " has another runtime part at " + std::to_string(applied.value()) +
             " than a member that was there before";
    });
  }

 private:
  void judge(const Node& node, Index applied, const Bytes& runtime) const {
    const auto part = core::decode_runtime_part(runtime);
    require(part.has_value(), [&] { return words(node) + ": its runtime part does not decode"; });
    require(applied <= chronicle().last() &&
                model_of(part->sessions).digest() == chronicle().at(applied).sessions,
            [&] {
              return words(node) + ": its client sessions at " + std::to_string(applied.value()) +
                     " are not what the committed log says";
            });
  }

  static SessionModel model_of(const core::SessionTable& table) {
    SessionModel model;
    for (const auto& [number, session] : table.sessions()) {
      model.put(number, {session.owner, session.nonce, session.last.value(), {}});
      Sequence sequence = session.first_kept();
      for (const core::CommandOutcome& outcome : session.outcomes) {
        const bool ran = outcome.kind != core::CommandOutcome::Kind::replaced;
        const std::uint64_t result = ran ? fingerprint(outcome.result.view()) : 0;
        model.ran({number, sequence, Sequence{}}, {outcome.position, result, 0});
        ++sequence;
      }
    }
    return model;
  }

  std::map<std::size_t, Index> judged_;
  std::map<Index, std::uint64_t> parts_;  ///< fingerprints of the runtime part
};

}  // namespace

InvariantPointer make_exactly_once(const Chronicle& chronicle) {
  return std::make_unique<ExactlyOnce>(chronicle);
}

}  // namespace tessera::sim
