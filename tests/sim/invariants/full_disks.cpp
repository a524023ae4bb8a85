#include <tessera/conformance/invariants/all.h>

namespace tessera::sim {
namespace {

/// What room is left is for terms, votes and changes of members (decision 0110). What had left the
/// member before it was short may still be carried out.
class FullDisks final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "full disks"; }

  void answered(const Node& node, const Operation& operation) override {
    require(operation.is_read() || !operation.on_full_disk || !operation.succeeded(), [&] {
      return words(node) + " takes command " + std::to_string(operation.command) +
             " on a full disk";
    });
  }
};

}  // namespace

InvariantPointer make_full_disks(const Chronicle& chronicle) {
  return std::make_unique<FullDisks>(chronicle);
}

}  // namespace tessera::sim
