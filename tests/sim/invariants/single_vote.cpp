#include <tessera/conformance/invariants/all.h>

#include <map>
#include <tuple>

namespace tessera::sim {
namespace {

/// Thesis, 3.4 and 3.8: one vote a term, whatever restarts lie in between; a candidate's own
/// request is its vote for itself.
class SingleVote final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "one vote a term"; }

  void leaves(const Node& node, const core::Send& send) override {
    if (const auto* response = std::get_if<core::VoteResponse>(&send.message)) {
      if (response->granted && !response->pre) votes(node, response->term, send.to);
    }
    if (const auto* request = std::get_if<core::VoteRequest>(&send.message)) {
      if (!request->pre) votes(node, request->term, node.peer());
    }
  }

  void becomes_durable(const Node& node, const storage::GroupWrite& write) override {
    if (!write.hard || write.genesis) return;
    const storage::HardState& held = node.disk().durable().record().hard;
    require(write.hard->term >= held.term, [&] {
      return words(node) + " takes term " + std::to_string(held.term.value()) + " back";
    });
    require(write.hard->term != held.term || !held.vote || write.hard->vote == held.vote, [&] {
      return words(node) + " changes its vote in term " + std::to_string(held.term.value());
    });
  }

 private:
  void votes(const Node& node, Term term, const PeerId& candidate) {
    const auto key = std::tuple(node.asked().record().genesis, node.asked().record().storage, term);
    const auto [vote, first] = votes_.try_emplace(key, candidate);
    require(vote->second == candidate,
            [&] { return words(node) + " votes twice in term " + std::to_string(term.value()); });
  }

  std::map<std::tuple<GenesisId, StorageId, Term>, PeerId> votes_;
};

}  // namespace

InvariantPointer make_single_vote(const Chronicle& chronicle) {
  return std::make_unique<SingleVote>(chronicle);
}

}  // namespace tessera::sim
