#include <tessera/conformance/invariants/all.h>

#include <algorithm>

namespace tessera::sim {
namespace {

/// consensus.md, "Sleeping groups": a leader falls asleep only when everybody of its configuration
/// holds the same last entry, and that is committed; nobody else sleeps behind what is committed as
/// far as it knows.
class SoundSleep final : public Invariant {
 public:
  SoundSleep(const Chronicle& chronicle, const AllNodes& nodes)
      : Invariant(chronicle), nodes_(nodes) {}
  [[nodiscard]] std::string_view name() const override { return "sound sleep"; }

  void stepped(const Step& step) override {
    const core::Status& now = step.node.status();
    if (!now.asleep) return;
    require(now.last == now.committed && now.leader.has_value(), [&] {
      return words(step.node) + " sleeps with " + now.last.to_string() + " in its log and " +
             now.committed.to_string() + " committed";
    });
    const bool fell = !step.node.status_before().asleep && now.role == core::Role::leader;
    if (!fell) return;
    for (const MemberId& member : now.configuration.members()) {
      const bool holds = std::any_of(nodes_.begin(), nodes_.end(), [&](const auto& node) {
        const GroupLog& durable = node->disk().durable();
        return node->peer() == member.peer && durable.record().storage == member.storage &&
               durable.last() == now.last;
      });
      require(holds, [&] {
        return words(step.node) + " falls asleep at " + now.last.to_string() + ", and " +
               member.peer.brief() + " does not hold just that";
      });
    }
  }

 private:
  const AllNodes& nodes_;
};

}  // namespace

InvariantPointer make_sound_sleep(const Chronicle& chronicle, const AllNodes& nodes) {
  return std::make_unique<SoundSleep>(chronicle, nodes);
}

}  // namespace tessera::sim
