#include <tessera/conformance/invariants/all.h>

namespace tessera::sim {
namespace {

/// Rule 7: a strong read, wherever it is asked, sees every command that was known to be applied
/// when it began, be it by an acknowledgement or by an earlier read; and no read is answered before
/// the commit floor found at the start is applied.
class FreshReads final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "fresh reads"; }

  void answered(const Node& node, const Operation& operation) override {
    if (!operation.is_read() || !operation.succeeded()) return;
    require(operation.seen.count >= chronicle().tape_at(node.commit_floor()).count, [&] {
      return words(node) + " answers a read after " + std::to_string(operation.seen.last.value()) +
             ", below what it had committed in its last life";
    });
    if (operation.kind != Operation::Kind::strong_read) return;
    require(operation.seen.last >= operation.floor, [&] {
      return words(node) + " answers strong read " + std::to_string(operation.request.value()) +
             " from the state after " + std::to_string(operation.seen.last.value()) +
             ", and command " + std::to_string(operation.floor.value()) +
             " was known to be applied before it began";
    });
  }
};

}  // namespace

InvariantPointer make_fresh_reads(const Chronicle& chronicle) {
  return std::make_unique<FreshReads>(chronicle);
}

}  // namespace tessera::sim
