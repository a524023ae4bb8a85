#include <tessera/conformance/invariants/all.h>

#include <algorithm>

namespace tessera::sim {
namespace {

/// An entry that is committed and on a disk is in that disk's log or below its base for ever: the
/// store's acknowledgement of it counted, or may yet count.
class KeptCommits final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "kept commits"; }

  void becomes_durable(const Node& node, const storage::GroupWrite& write) override {
    const GroupLog& durable = node.disk().durable();
    if (write.reset) {
      require(write.reset->index <= chronicle().last() &&
                  chronicle().cursor_at(write.reset->index) == *write.reset,
              [&] {
                return words(node) + " begins anew at " + write.reset->to_string() +
                       ", which is not committed";
              });
    }
    if (!write.reset && write.entries.empty()) return;
    const Index first = write.reset ? Index(1) : write.entries.front().position.index;
    const Index last = std::min(durable.last().index, chronicle().last());
    for (Index index = std::max(first, durable.base().index + 1); index <= last; ++index) {
      if (*durable.entry(index) != chronicle().at(index).entry) return;
      require(is_kept(write, *durable.entry(index)), [&] {
        return words(node) + " drops the committed " + chronicle().cursor_at(index).to_string();
      });
    }
  }

 private:
  [[nodiscard]] static bool is_kept(const storage::GroupWrite& write, const RawEntry& entry) {
    const Index index = entry.position.index;
    if (write.reset && index <= write.reset->index) return true;
    if (write.entries.empty()) return false;
    const Index first = write.entries.front().position.index;
    if (index < first) return !write.reset;
    return index - first < write.entries.size() && write.entries[index - first] == entry;
  }
};

}  // namespace

InvariantPointer make_kept_commits(const Chronicle& chronicle) {
  return std::make_unique<KeptCommits>(chronicle);
}

}  // namespace tessera::sim
