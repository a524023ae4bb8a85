#include <tessera/primitives/codec.h>
#include <tessera/statesync/snapshot_sync/provider.h>

#include <algorithm>
#include <utility>

namespace tessera::snapshot_sync {
namespace {

constexpr std::string_view refresh_marker = "tessera/snapshot-sync/refresh";

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
  const auto* ask_list = std::get_if<AskList>(&message);
  const auto* fetch = std::get_if<Fetch>(&message);
  if (ask_list == nullptr && fetch == nullptr) return message;
  const UniqueId root = ask_list != nullptr ? ask_list->root : fetch->root;
  Served* wanted = served(root, cx);
  if (wanted == nullptr) {
    cx.send_to(sender, encode(Message(Gone{root})));
  } else if (ask_list != nullptr) {
    cx.send_to(sender,
               encode(Message(List{root, wanted->snapshot.anchor, wanted->snapshot.contents})));
  } else {
    for (const std::uint32_t number : fetch->numbers) {
      if (number == 0 || number > wanted->snapshot.parts || wanted_.size() >= waiting_max) break;
      wanted_.push_back({sender, root, number});
    }
    read_more(cx);
  }
  return std::nullopt;
}

Offer Provider::offer(const Ask& ask, ProviderContext& cx) {
  offer_newest(cx);
  Offer offer;
  offer.log_base = cx.log().base();
  offer.committed = cx.committed();
  offer.log_bytes = cx.snapshots().log_bytes_behind(ask.have.index);
  if (newest_) {
    const Served& newest = served_.at(*newest_);
    offer.snapshot = Offered{*newest_, newest.snapshot.anchor.position(), newest.list.bytes()};
  }
  return offer;
}

void Provider::offer_newest(ProviderContext& cx) {
  const auto newest = cx.snapshots().newest();
  if (!newest) return;
  if (newest_ && served_.at(*newest_).snapshot.id == newest->id) return;
  auto list = decode<PartList>(newest->contents);
  if (!list || list->parts.size() != newest->parts) return;  // another strategy's
  const UniqueId root = root_of(newest->anchor, newest->contents);
  served_.insert_or_assign(root, Served{*newest, *std::move(list), cx.now()});
  newest_ = root;
  std::erase_if(served_, [&](const auto& item) {
    return item.first != root && item.second.until <= cx.now();
  });
}

Provider::Served* Provider::served(const UniqueId& root, ProviderContext& cx) {
  offer_newest(cx);
  const auto found = served_.find(root);
  if (found == served_.end()) return nullptr;
  found->second.until = cx.now() + settings_.lease;
  cx.snapshots().lease(found->second.snapshot.id, found->second.until);
  return &found->second;
}

void Provider::read_more(ProviderContext& cx) {
  while (!wanted_.empty() && reads_ < reads_max && unsent_bytes_ < unsent_max) {
    const Wanted wanted = wanted_.front();
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
      unsent_.push_back({wanted.peer, encode(Message(Part{wanted.root, wanted.number, *data}))});
      unsent_bytes_ += unsent_.back().message.size();
    } else {
      cx.send_to(wanted.peer, encode(Message(Gone{wanted.root})));
    }
  }
  send_unsent(cx);
  read_more(cx);
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
  return again;
}

void Provider::refresh(ProviderContext& cx) {
  if (!cx.is_leader() || cx.now() < marked_until_ || !cx.snapshots().due()) return;
  if (cx.feed_marker(Bytes::copy(refresh_marker))) marked_until_ = cx.now() + marker_patience;
}

void Provider::marker(const Bytes& marker, ProviderContext& cx) {
  if (marker.text() != refresh_marker) return;
  cx.snapshots().take();
}

}  // namespace tessera::snapshot_sync
