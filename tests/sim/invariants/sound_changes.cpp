#include <tessera/conformance/invariants/all.h>
#include <tessera/groups/core/entry_data.h>

namespace tessera::sim {
namespace {

/// Thesis, 4.3: from one set of voters to another only through a joint configuration, one change at
/// a time, never before the leader has committed an entry of its term. So any majority that one
/// configuration may decide by meets any majority of the next.
class SoundChanges final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "sound changes of members"; }

  void asked(const Node& node, const storage::GroupWrite& write) override {
    // Only the leader that makes a change chooses it: `status()` is still that before the step.
    for (const RawEntry& entry : write.entries) {
      if (entry.kind != EntryKind::membership) continue;
      const auto next = core::decode_configuration(entry.data);
      require(next.has_value(), [&] { return words(node) + " writes a broken configuration"; });
      const core::Configuration& present = node.status().configuration;
      const bool appends = node.status().role == core::Role::leader &&
                           entry.position.term == node.status().term &&
                           node.asked().last().index < entry.position.index;
      if (!appends) continue;
      judge(node, present, *next, entry.position);
    }
  }

 private:
  void judge(const Node& node, const core::Configuration& present, const core::Configuration& next,
             const Cursor& position) const {
    const bool steady = !present.joint() && !next.joint() && present.voters == next.voters;
    const bool enters = !present.joint() && next.joint() && next.voters_outgoing == present.voters;
    const bool ends = present.joint() && !next.joint() && next.voters == present.voters;
    require(steady || enters || ends, [&] {
      return words(node) + " changes voters at " + position.to_string() +
             " without a joint configuration between";
    });
    if (next.voters.size() < present.voters.size() && !present.joint()) {
      require(may_shrink_, [&] {
        return words(node) + " lowers the number of voters at " + position.to_string() +
               " though nobody asked for it";
      });
    }
  }

  void stepped(const Step& step) override {
    const core::Status& now = step.node.status();
    const core::Status& before = step.node.status_before();
    if (now.role != core::Role::leader || before.term != now.term) return;
    if (now.configuration == before.configuration) return;
    require(now.committed.term == now.term, [&] {
      return words(step.node) + " changes members before it has committed an entry of its term";
    });
  }

  void starts(const Node& node) override {
    may_shrink_ = may_shrink_ || node.options().leadership.observes() || node.has_stewards();
  }

  bool may_shrink_ = false;
};

}  // namespace

InvariantPointer make_sound_changes(const Chronicle& chronicle) {
  return std::make_unique<SoundChanges>(chronicle);
}

}  // namespace tessera::sim
