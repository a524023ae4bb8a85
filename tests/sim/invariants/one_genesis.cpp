#include <tessera/conformance/invariants/all.h>

#include <map>
#include <set>
#include <utility>

namespace tessera::sim {
namespace {

/// consensus.md, "Founding": a genesis is a thing of members that have promised it and never
/// abandoned it. (That only one ever commits is seen where commits are.)
class OneGenesis final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "one genesis"; }

  void leaves(const Node& node, const core::Send& send) override {
    const auto& storage = node.asked().record().storage;
    if (const auto* promise = std::get_if<core::FoundingPromise>(&send.message)) {
      require(!abandoned_.contains({storage, promise->genesis}),
              [&] { return words(node) + " promises what it has abandoned"; });
      require(!node.disk().durable().record().founding.empty(),
              [&] { return words(node) + " promises before it is durable"; });
    }
    if (const auto* given_up = std::get_if<core::FoundingAbandonment>(&send.message)) {
      if (given_up->vow.member.storage == storage) {
        abandoned_.insert({storage, given_up->proposal.id()});
      }
    }
    if (std::holds_alternative<core::VoteRequest>(send.message) ||
        std::holds_alternative<core::AppendResponse>(send.message) ||
        std::holds_alternative<core::AppendRequest>(send.message)) {
      require(!abandoned_.contains({storage, node.status().genesis}),
              [&] { return words(node) + " acts in a genesis that it has abandoned"; });
    }
  }

 private:
  std::set<std::pair<StorageId, GenesisId>> abandoned_;
};

}  // namespace

InvariantPointer make_one_genesis(const Chronicle& chronicle) {
  return std::make_unique<OneGenesis>(chronicle);
}

}  // namespace tessera::sim
