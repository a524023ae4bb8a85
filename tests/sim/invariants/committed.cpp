#include <tessera/conformance/invariants/all.h>
#include <tessera/groups/core/configuration.h>

#include <algorithm>
#include <map>
#include <set>

namespace tessera::sim {
namespace {

/// Thesis, 3.6: the first member that may know of a commit is the leader that counted it, and at
/// that moment a majority of the configuration in force holds it on stable storage (both
/// majorities while it is joint). From then on every member's committed entries are these.
class Committed final : public Invariant {
 public:
  Committed(Chronicle& chronicle, const AllNodes& nodes)
      : Invariant(chronicle), written_(chronicle), nodes_(nodes) {}

  [[nodiscard]] std::string_view name() const override { return "committed"; }

  void starts(const Node& node) override { verified_[node.index()] = Index{}; }

  void stepped(const Step& step) override {
    const Node& node = step.node;
    const Cursor commit = node.status().committed;
    Index& verified = verified_[node.index()];
    if (commit.index <= verified) return;
    require(!chronicle().genesis() || *chronicle().genesis() == node.status().genesis,
            [&] { return words(node) + " commits in a second genesis"; });
    while (verified < commit.index) {
      const Index base = node.asked().base().index;
      if (verified < base) {
        verified = base;
        require(base <= chronicle().last() && chronicle().cursor_at(base) == node.asked().base(),
                [&] { return words(node) + " begins its log behind what was never committed"; });
        continue;
      }
      ++verified;
      verify(node, verified);
    }
    require(chronicle().cursor_at(commit.index) == commit, [&] {
      return words(node) + " says it committed " + commit.to_string() + ", which was " +
             chronicle().cursor_at(commit.index).to_string();
    });
  }

 private:
  void verify(const Node& node, Index index) {
    const RawEntry* entry = node.asked().entry(index);
    require(entry != nullptr, [&] {
      return words(node) + " commits " + std::to_string(index.value()) + ", beyond its log";
    });
    if (index <= chronicle().last()) {
      require(*entry == chronicle().at(index).entry, [&] {
        return words(node) + " holds " + entry->position.to_string() +
               " as committed, where it was " + chronicle().cursor_at(index).to_string();
      });
      return;
    }
    verify_first(node, *entry);
    require(index == Index{1} || entry->time >= chronicle().at(index - 1).entry.time,
            [&] { return words(node) + " lets log time fall at " + entry->position.to_string(); });
    if (!chronicle().genesis()) written_.set_genesis(node.status().genesis);
    require(written_.decide(*entry, node.status().term), [&] {
      return "the entry committed at " + entry->position.to_string() + " does not decode";
    });
  }

  void verify_first(const Node& node, const RawEntry& entry) const {
    const core::Status& status = node.status();
    const core::Status& before = node.status_before();
    // A leader that loses its vote steps down in the step in which it commits that.
    const bool leads = status.role == core::Role::leader || before.role == core::Role::leader;
    require(leads && before.term <= status.term, [&] {
      return words(node) + " commits " + entry.position.to_string() +
             " before any leader has counted it";
    });
    require(status.committed.term == status.term, [&] {
      return words(node) + " commits " + status.committed.to_string() +
             " by counting an entry of an older term";
    });
    // What is committed may put the next change in force within the same step.
    const bool agreed = has_quorum(before.configuration, entry.position) ||
                        has_quorum(status.configuration, entry.position);
    require(agreed, [&] {
      return words(node) + " commits " + entry.position.to_string() +
             ", which no majority holds durably";
    });
  }

  [[nodiscard]] bool has_quorum(const core::Configuration& configuration,
                                const Cursor& position) const {
    return !configuration.voters.empty() && has_majority(configuration.voters, position) &&
           (!configuration.joint() || has_majority(configuration.voters_outgoing, position));
  }

  [[nodiscard]] bool has_majority(const std::set<MemberId>& voters, const Cursor& position) const {
    const auto holders = std::count_if(voters.begin(), voters.end(), [&](const MemberId& voter) {
      return std::any_of(nodes_.begin(), nodes_.end(), [&](const auto& node) {
        const GroupLog& durable = node->disk().durable();
        return node->peer() == voter.peer && durable.record().storage == voter.storage &&
               durable.covers(position);
      });
    });
    return static_cast<std::size_t>(holders) > voters.size() / 2;
  }

  Chronicle& written_;
  const AllNodes& nodes_;
  std::map<std::size_t, Index> verified_;
};

}  // namespace

InvariantPointer make_committed(Chronicle& chronicle, const AllNodes& nodes) {
  return std::make_unique<Committed>(chronicle, nodes);
}

}  // namespace tessera::sim
