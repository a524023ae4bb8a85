#include <tessera/primitives/codec.h>
#include <tessera/statesync/snapshot_sync/outline.h>
#include <tessera/statesync/snapshot_sync/part_patch.h>
#include <tessera/statesync/snapshot_sync/provider.h>

#include <algorithm>
#include <utility>

namespace tessera::snapshot_sync {
namespace {

constexpr std::string_view refresh_marker = "tessera/snapshot-sync/refresh";

/// An outline is worth sending if there are so many bytes in a part for each of its items.
constexpr std::size_t outline_bytes_ratio = 8 * item_digest_bytes;
/// Parts asked of the store at the same time.
constexpr std::size_t reads_max = 16;
/// A lane without room is tried again after so long.
constexpr Duration retry_after = std::chrono::milliseconds{5};
/// A marker that has not been applied after so long is taken for lost.
constexpr Duration marker_patience = std::chrono::seconds{5};

}  // namespace

std::optional<Message> Provider::receive(Message message, const PeerId& sender,
                                         ProviderContext& cx) {
  if (auto* log = std::get_if<log_replay::Message>(&message)) {
    auto back = log_.receive(std::move(*log), sender, cx);
    if (!back) return std::nullopt;
    return Message(*std::move(back));
  }
  if (const auto* ask = std::get_if<Ask>(&message)) {
    cx.send_to(sender, encode(Message(offer(*ask, cx))));
    return std::nullopt;
  }
  if (const auto* list = std::get_if<AskList>(&message)) {
    send_list(sender, list->root, cx);
  } else if (const auto* fetch = std::get_if<Fetch>(&message)) {
    want(sender, fetch->root, fetch->numbers, What::all, cx);
  } else if (const auto* outlines = std::get_if<AskOutlines>(&message)) {
    want(sender, outlines->root, outlines->numbers, What::outline, cx);
  } else if (auto* items = std::get_if<FetchItems>(&message)) {
    want({sender, items->root, items->number, What::items, std::move(items->wanted)}, cx);
  } else if (const auto* holding = std::get_if<Holding>(&message)) {
    verdicts_.claimed(holding->position, sender, holding->root);
    cx.wake();
  } else {
    return message;
  }
  read_more(cx);
  return std::nullopt;
}

void Provider::send_list(const PeerId& peer, const UniqueId& root, ProviderContext& cx) {
  if (const Served* wanted = served(root, cx)) {
    cx.send_to(peer,
               encode(Message(List{root, wanted->snapshot.anchor, wanted->snapshot.contents})));
  } else {
    cx.send_to(peer, encode(Message(Gone{root})));
  }
}

void Provider::want(const PeerId& peer, const UniqueId& root,
                    const std::vector<std::uint32_t>& numbers, What what, ProviderContext& cx) {
  for (const std::uint32_t number : numbers) want({peer, root, number, what, {}}, cx);
}

void Provider::want(Wanted wanted, ProviderContext& cx) {
  const Served* held = served(wanted.root, cx);
  if (held == nullptr) {
    cx.send_to(wanted.peer, encode(Message(Gone{wanted.root})));
    return;
  }
  const bool known = wanted.number != 0 && wanted.number <= held->snapshot.parts;
  // A mark for each item is smaller than a part; what is not may not fill the memory.
  const bool sane = wanted.items.size() <= settings_.part_bytes;
  if (known && sane && wanted_.size() < waiting_max) wanted_.push_back(std::move(wanted));
}

Offer Provider::offer(const Ask& ask, ProviderContext& cx) {
  offer_newest(cx);
  Offer offer;
  offer.log_base = cx.log().base();
  offer.committed = cx.committed();
  offer.log_bytes = cx.snapshots().log_bytes_behind(ask.have.index);
  if (newest_ && !cx.diverged()) {
    const Served& newest = served_.at(*newest_);
    offer.snapshot = Offered{*newest_, newest.snapshot.anchor.position(), newest.list.bytes()};
  }
  return offer;
}

std::optional<std::uint64_t> Provider::estimate(const SyncGap& gap, ProviderContext& cx) {
  std::optional<std::uint64_t> least = statesync::log_bytes_of(gap, cx);
  const auto newest = cx.snapshots().newest();
  if (!newest || newest->anchor.position().index <= gap.committed.index) return least;
  const auto list = decode<PartList>(newest->contents);
  if (!list) return least;
  const std::uint64_t bytes =
      list->bytes() + cx.snapshots().log_bytes_behind(newest->anchor.position().index);
  return std::min(least.value_or(bytes), bytes);
}

void Provider::offer_newest(ProviderContext& cx) {
  const auto id = cx.snapshots().newest_id();
  if (!id || (newest_ && served_.at(*newest_).snapshot.id == *id)) return;
  const auto newest = cx.snapshots().newest();
  if (!newest) return;
  auto list = decode<PartList>(newest->contents);
  if (!list || list->parts.size() != newest->parts) return;  // another strategy's
  const UniqueId root = root_of(newest->anchor, newest->contents);
  served_.insert_or_assign(root, Served{*newest, *std::move(list), cx.now()});
  newest_ = root;
  std::erase_if(served_, [&](const auto& item) {
    const auto right = verdicts_.at(item.second.snapshot.anchor.position());
    const bool wrong = right && *right != item.first;
    return item.first != root && (wrong || item.second.until <= cx.now());
  });
  verdicts_.claimed(newest->anchor.position(), cx.local_id(), root);
  judge_own(cx);
}

Provider::Served* Provider::served(const UniqueId& root, ProviderContext& cx) {
  offer_newest(cx);
  const auto found = served_.find(root);
  if (found == served_.end() || cx.diverged()) return nullptr;
  found->second.until = cx.now() + settings_.lease;
  cx.snapshots().lease(found->second.snapshot.id, found->second.until);
  return &found->second;
}

void Provider::read_more(ProviderContext& cx) {
  while (!wanted_.empty() && reads_ < reads_max && unsent_bytes_ < unsent_max) {
    const Wanted wanted = std::move(wanted_.front());
    wanted_.pop_front();
    const auto found = served_.find(wanted.root);
    if (found == served_.end() || !cx.bonds().contains(wanted.peer)) continue;
    const storage::SnapshotPart part{found->second.snapshot.id, wanted.number};
    auto& readers = reading_[{part.snapshot, part.number}];
    readers.push_back(wanted);
    if (readers.size() > 1) continue;  // one reading serves all who ask for the same
    ++reads_;
    cx.snapshots().read_part(part);
  }
}

void Provider::part_read(const storage::SnapshotPart& part, const std::optional<Bytes>& data,
                         ProviderContext& cx) {
  const auto found = reading_.find({part.snapshot, part.number});
  if (found == reading_.end()) return;
  const auto readers = std::move(found->second);
  reading_.erase(found);
  --reads_;
  for (const Wanted& wanted : readers) {
    if (data) {
      unsent_.push_back({wanted.peer, encode(answer(wanted, *data))});
      unsent_bytes_ += unsent_.back().message.size();
    } else {
      cx.send_to(wanted.peer, encode(Message(Gone{wanted.root})));
    }
  }
  send_unsent(cx);
  read_more(cx);
}

Message Provider::answer(const Wanted& wanted, const Bytes& part) {
  if (wanted.what == What::outline) {
    const auto digests = digests_of(part);
    if (digests && digests->size() * outline_bytes_ratio <= part.size()) {
      return Outline{wanted.root, wanted.number, outline_of(*digests)};
    }
  } else if (wanted.what == What::items) {
    auto items = chosen_items(part, wanted.items);
    if (items) return Items{wanted.root, wanted.number, wanted.items, *std::move(items)};
  }
  return Part{wanted.root, wanted.number, part};
}

void Provider::send_unsent(ProviderContext& cx) {
  std::deque<Unsent> kept;
  for (Unsent& each : std::exchange(unsent_, {})) {
    const bool waits = std::any_of(
        kept.begin(), kept.end(), [&](const Unsent& earlier) { return earlier.peer == each.peer; });
    if (!cx.bonds().contains(each.peer) || (!waits && cx.send_to(each.peer, each.message))) {
      unsent_bytes_ -= each.message.size();
    } else {
      kept.push_back(std::move(each));
    }
  }
  unsent_ = std::move(kept);
  if (!unsent_.empty()) cx.wake_at(cx.now() + retry_after);
}

bool Provider::poll(ProviderContext& cx) {
  const bool again = log_.poll(cx);
  send_unsent(cx);
  read_more(cx);
  refresh(cx);
  offer_newest(cx);
  tell_holding(cx);
  settle_dispute(cx);
  return again;
}

void Provider::refresh(ProviderContext& cx) {
  if (!cx.is_leader()) return;
  const auto due = cx.snapshots().due_at();
  if (!due) return;
  if (const TimePoint next = std::max(*due, marked_until_); cx.now() < next) {
    cx.wake_at(next);
    return;
  }
  if (cx.feed_marker(Bytes::copy(refresh_marker))) marked_until_ = cx.now() + marker_patience;
}

void Provider::marker(const Bytes& marker, ProviderContext& cx) {
  if (const auto verdict = Verdict::from(marker)) {
    verdicts_.given(*verdict);
    judged_until_ = TimePoint{};
    offer_newest(cx);
    judge_own(cx);
    return;
  }
  if (marker.text() != refresh_marker) return;
  cx.snapshots().take();
}

}  // namespace tessera::snapshot_sync
