#include <tessera/conformance/invariants/all.h>

#include <algorithm>
#include <map>

namespace tessera::sim {
namespace {

/// consensus.md, "Sleeping groups": a leader falls asleep only when everybody of its configuration
/// holds the same last entry, or did when it said so, and that is committed; nobody else sleeps
/// behind what is committed as far as it knows.
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
    slept_at_[now.self] = now.last;
    const bool fell = !step.node.status_before().asleep && now.role == core::Role::leader;
    if (!fell) return;
    for (const MemberId& member : now.configuration.members()) {
      require(holds(member, now.last) || held(member, now.last), [&] {
        return words(step.node) + " falls asleep at " + now.last.to_string() + ", and " +
               member.peer.brief() + " does not hold just that";
      });
    }
  }

 private:
  [[nodiscard]] bool holds(const MemberId& member, const Cursor& last) const {
    return std::any_of(nodes_.begin(), nodes_.end(), [&](const auto& node) {
      return has_store_of(*node, member) && node->disk().durable().last() == last;
    });
  }
  /// It held just that when it fell asleep, which the leader has heard, and its disk is lost or an
  /// older copy since, which the leader cannot know yet.
  [[nodiscard]] bool held(const MemberId& member, const Cursor& last) const {
    const bool stands = std::any_of(nodes_.begin(), nodes_.end(), [&](const auto& node) {
      return has_store_of(*node, member) && !node->has_old_disk();
    });
    const auto slept = slept_at_.find(member);
    return !stands && slept != slept_at_.end() && slept->second == last;
  }
  [[nodiscard]] static bool has_store_of(const Node& node, const MemberId& member) {
    return node.peer() == member.peer && node.disk().durable().record().storage == member.storage;
  }

  const AllNodes& nodes_;
  std::map<MemberId, Cursor> slept_at_;  ///< the end of its log
};

}  // namespace

InvariantPointer make_sound_sleep(const Chronicle& chronicle, const AllNodes& nodes) {
  return std::make_unique<SoundSleep>(chronicle, nodes);
}

}  // namespace tessera::sim
