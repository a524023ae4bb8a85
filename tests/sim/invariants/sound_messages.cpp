#include <tessera/conformance/invariants/all.h>

namespace tessera::sim {
namespace {

/// Appends are contiguous and terms do not fall along them; every message and read is within its
/// bound, except that one entry may always be sent.
class SoundMessages final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "sound messages"; }

  void leaves(const Node& node, const core::Send& send) override {
    const core::CoreLimits& limits = node.options().limits;
    if (const auto* append = std::get_if<core::AppendRequest>(&send.message)) {
      judge(node, *append);
    }
    if (const auto* sync = std::get_if<core::SyncMessage>(&send.message)) {
      require(sync->payload.size() <= limits.sync_message_max,
              [&] { return words(node) + " sends a strategy's message above the limit"; });
    }
  }

 private:
  void judge(const Node& node, const core::AppendRequest& append) const {
    Cursor preceding = append.preceding;
    std::size_t bytes = 0;
    for (const RawEntry& entry : append.entries) {
      bytes += entry.size();
      require(entry.position.index == preceding.index + 1 &&
                  entry.position.term >= preceding.term && entry.position.term <= append.term,
              [&] {
                return words(node) + " sends " + entry.position.to_string() + " after " +
                       preceding.to_string();
              });
      preceding = entry.position;
    }
    require(append.entries.size() <= 1 || bytes <= node.options().limits.append_max, [&] {
      return words(node) + " sends " + std::to_string(bytes) + " bytes in one append";
    });
  }
};

}  // namespace

InvariantPointer make_sound_messages(const Chronicle& chronicle) {
  return std::make_unique<SoundMessages>(chronicle);
}

}  // namespace tessera::sim
