#include <tessera/primitives/codec.h>
#include <tessera/statesync/snapshot_sync/provider.h>

#include <utility>

// How members find out that they do not hold one state, and what is done about it.

namespace tessera::snapshot_sync {
namespace {

/// A verdict that has not been applied after so long is taken for lost.
constexpr Duration verdict_patience = std::chrono::seconds{5};

}  // namespace

void Provider::tell_holding(ProviderContext& cx) {
  if (!newest_ || cx.diverged()) return;
  std::pair now{*newest_, cx.bonds().version};
  if (told_ == now) return;
  told_ = std::move(now);
  const Served& newest = served_.at(*newest_);
  cx.broadcast(encode(Message(Holding{*newest_, newest.snapshot.anchor.position()})));
}

void Provider::settle_dispute(ProviderContext& cx) {
  if (!newest_ || !cx.is_leader()) return;
  const Anchor& anchor = served_.at(*newest_).snapshot.anchor;
  const Cursor position = anchor.position();
  if (!verdicts_.disputed(position)) return;
  if (cx.now() < judged_until_) {
    cx.wake_at(judged_until_);
    return;
  }
  std::size_t heard = 0;
  for (const auto& [root, holders] : verdicts_.claims(position)) {
    heard += holders.size();
    if (!cx.is_majority(anchor, holders)) continue;
    if (cx.feed_marker(Verdict{position, root}.marker())) {
      judged_until_ = cx.now() + verdict_patience;
      cx.wake_at(judged_until_);
    }
    return;
  }
  if (heard <= cx.bonds().peers.size()) return;  // somebody may still have a word to say
  if (std::exchange(alarmed_at_, position) == position) return;
  cx.warn("members hold different states at " + position.to_string() +
          ", and no majority of the voters one of them: nothing is repaired");
}

void Provider::judge_own(ProviderContext& cx) {
  if (!newest_ || cx.diverged()) return;
  const Cursor position = served_.at(*newest_).snapshot.anchor.position();
  const auto right = verdicts_.at(position);
  if (!right || *right == *newest_) return;
  cx.state_diverged("the state at " + position.to_string() +
                    " differs from that of a majority of the voters");
}

}  // namespace tessera::snapshot_sync
