#include <tessera/conformance/invariants/all.h>
#include <tessera/groups/core/entry_data.h>

#include <map>

namespace tessera::sim {
namespace {

/// Thesis, figure 3.2: at most one leader can be elected in a term, and it is one of the voters, by
/// what it holds or by what it knows to be committed (4.2.2). Told by what members say of
/// themselves and by the messages only a leader sends.
class ElectionSafety final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "election safety"; }

  void stepped(const Step& step) override {
    const core::Status& status = step.node.status();
    if (status.role != core::Role::leader) return;
    leads(step.node, status.term);
    if (step.node.status_before().role == core::Role::leader) return;
    require(status.configuration.is_voter(status.self) || had_a_vote(step.node), [&] {
      return words(step.node) + " leads term " + std::to_string(status.term.value()) +
             ", and has no vote";
    });
  }

  void leaves(const Node& node, const core::Send& send) override {
    if (const auto* append = std::get_if<core::AppendRequest>(&send.message)) {
      leads(node, append->term);
    }
    if (const auto* beat = std::get_if<core::HeartbeatRequest>(&send.message)) {
      leads(node, beat->term);
    }
    if (const auto* offer = std::get_if<core::SyncOffer>(&send.message)) leads(node, offer->term);
  }

 private:
  /// By the newest configuration that this member knew to be committed when it campaigned.
  [[nodiscard]] bool had_a_vote(const Node& node) const {
    const Index committed = node.status_before().committed.index;
    if (committed == Index{} || committed > chronicle().last()) return false;
    const Index said = chronicle().at(committed).membership;
    if (said == Index{}) return false;
    const RawEntry& entry = chronicle().at(said).entry;
    if (entry.kind == EntryKind::genesis) {
      const auto proposal = core::decode_proposal(entry.data);
      return proposal && proposal->members.is_voter(node.status().self);
    }
    const auto configuration = core::decode_configuration(entry.data);
    return configuration && configuration->is_voter(node.status().self);
  }

  void leads(const Node& node, Term term) {
    const std::size_t leader = leaders_.try_emplace(term, node.index()).first->second;
    require(leader == node.index(), [&] {
      return words(node) + " and node " + std::to_string(leader) + " both lead term " +
             std::to_string(term.value());
    });
  }

  std::map<Term, std::size_t> leaders_;
};

}  // namespace

InvariantPointer make_election_safety(const Chronicle& chronicle) {
  return std::make_unique<ElectionSafety>(chronicle);
}

}  // namespace tessera::sim
