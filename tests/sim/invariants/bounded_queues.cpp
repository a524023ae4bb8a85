#include <tessera/conformance/invariants/all.h>

namespace tessera::sim {
namespace {

/// consensus.md, "Back-pressure": what a leader has not committed, what a session is handed in
/// advance and what it has appended ahead of the disk stay within their bounds in bytes. (That
/// callers' commands and what is in flight do, the core checks itself: nobody else sees them.)
class BoundedQueues final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "bounded queues"; }

  void stepped(const Step& step) override {
    const Node& node = step.node;
    const auto& session = node.status().session;
    const std::size_t buffer_max = node.options().limits.session_buffer_max;
    require(!session || session->buffered <= buffer_max, [&] {
      return words(node) + " has handed its session " + std::to_string(session->buffered) +
             " bytes in advance, of " + std::to_string(buffer_max);
    });
    if (session && node.status_before().session) judge_session(step);
    if (node.status().role != core::Role::leader) return;
    for (const core::Persist& persist : step.effects.persists) {
      for (const RawEntry& entry : persist.write.entries) judge(node, entry);
    }
  }

 private:
  /// What follows a leader's election and what changes members find room in any case.
  [[nodiscard]] static bool needs_room(EntryKind kind) {
    return kind != EntryKind::noop && kind != EntryKind::membership;
  }

  /// A session appends nothing as long as more than that waits for the disk.
  void judge_session(const Step& step) const {
    const Node& node = step.node;
    const core::Status& before = node.status_before();
    for (const core::Persist& persist : step.effects.persists) {
      const auto& entries = persist.write.entries;
      if (entries.empty() || entries.front().position.index <= before.last.index) continue;
      std::size_t unsynced = 0;
      for (Index index = before.durable.index + 1; index <= before.last.index; ++index) {
        const RawEntry* entry = node.asked().entry(index);
        if (entry != nullptr) unsynced += entry->size();
      }
      const std::size_t unsynced_max = node.options().limits.unsynced_max;
      require(unsynced <= unsynced_max, [&] {
        return words(node) + " lets its session append while " + std::to_string(unsynced) +
               " bytes wait for the disk, of " + std::to_string(unsynced_max);
      });
    }
  }

  void judge(const Node& node, const RawEntry& entry) const {
    if (entry.position.term != node.status().term || !needs_room(entry.kind)) return;
    const std::size_t uncommitted_max = node.options().limits.uncommitted_max;
    // No more than when it was appended: the commit index may have risen since, and not fallen.
    std::size_t before = 0;
    Index index = entry.position.index;
    while (index > node.status().committed.index + 1) {
      index = index - 1;
      before += node.asked().entry(index)->size();
    }
    require(before < uncommitted_max, [&] {
      return words(node) + " appends " + entry.position.to_string() + " behind " +
             std::to_string(before) + " bytes that are not committed, of " +
             std::to_string(uncommitted_max);
    });
  }
};

}  // namespace

InvariantPointer make_bounded_queues(const Chronicle& chronicle) {
  return std::make_unique<BoundedQueues>(chronicle);
}

}  // namespace tessera::sim
