#include <tessera/primitives/codec.h>
#include <tessera/statesync/snapshot_sync/session.h>

#include <algorithm>
#include <utility>

// What the member's own state has of a snapshot: whole parts, and items of parts that differ.

namespace tessera::snapshot_sync {
namespace {

/// Own parts read at the same time, for their items.
constexpr std::size_t own_reads_max = 16;
/// Sizes of the parts that are being told apart at the same time.
constexpr std::size_t open_bytes_max = std::size_t{16} << 20U;
/// Outlines in one request.
constexpr std::size_t outlines_max = 64;
/// An outline is taken to be so much smaller than its part, before it is there.
constexpr std::size_t outline_share = 32;
/// An own snapshot is good enough to compare with if the log behind it is smaller than this share
/// of what would be fetched.
constexpr std::uint64_t outdated_share = 64;
/// Whether an own snapshot has been taken is looked at so often.
constexpr Duration taking_patience = std::chrono::milliseconds{20};

}  // namespace

/// What has been applied since the own snapshot would be fetched although it is here: a newer one
/// costs less.
void Session::look_at_own_state(SessionContext& cx) const {
  const auto own = cx.snapshots().newest();
  const Index since = own ? own->anchor.position().index : Index{};
  const auto offered = std::find_if(offers_.begin(), offers_.end(), [&](const auto& each) {
    return each.second.snapshot && each.second.snapshot->root == root_;
  });
  if (offered == offers_.end()) return;
  const std::uint64_t tolerated = offered->second.snapshot->bytes / outdated_share;
  if (cx.snapshots().log_bytes_behind(since) > tolerated) cx.snapshots().take();
}

void Session::compare_with_own(SessionContext& cx) {
  if (differences_) return;
  if (cx.snapshots().taking()) {
    cx.wake_at(cx.now() + taking_patience);
    return;
  }
  std::set<std::uint32_t> differing;
  if (const auto own = cx.snapshots().newest()) {
    const auto own_list = decode<PartList>(own->contents);
    if (own_list && own_list->parts.size() == own->parts) {
      own_ = own->id;
      differing = plan_->compare_with(*own_list);
    }
  }
  if (!differing.empty()) plan_->use_outlines();
  differences_.emplace(std::move(differing));
}

void Session::read_own(SessionContext& cx) {
  if (!differences_) return;
  while (own_reads_ < own_reads_max) {
    const auto next = differences_->next_to_read();
    if (!next) return;
    ++own_reads_;
    cx.snapshots().read_part({own_, *next});
  }
}

void Session::own_part_read(std::uint32_t number, const std::optional<Bytes>& data) {
  if (own_reads_ > 0) --own_reads_;
  for (const std::uint32_t given_up : differences_->own_read(number, data)) {
    differences_->close(given_up);
    plan_->fetch_whole(given_up);
  }
}

void Session::ask_for_outlines(const PeerId& peer, SessionContext& cx) {
  if (!differences_->ready()) return;
  AskOutlines request{root_, {}};
  while (const auto number = plan_->next_to_outline()) {
    const std::size_t bytes = plan_->bytes_of(*number);
    const bool enough =
        differences_->open_bytes() + bytes > open_bytes_max && differences_->open_bytes() > 0;
    if (enough || !has_room(peer, cx) || request.numbers.size() >= outlines_max) break;
    plan_->asked(*number);
    differences_->open(*number, bytes);
    holders_.asked(peer, *number, bytes / outline_share, cx.now());
    request.numbers.push_back(*number);
  }
  if (!request.numbers.empty()) cx.send_to(peer, encode(Message(request)));
}

void Session::ask_for_items(const PeerId& peer, SessionContext& cx) {
  while (const auto number = differences_->next_to_ask()) {
    if (!has_room(peer, cx)) return;
    differences_->asked(*number);
    FetchItems request{root_, *number, differences_->wanted(*number)};
    holders_.asked(peer, *number, plan_->bytes_of(*number) / outline_share, cx.now());
    cx.send_to(peer, encode(Message(std::move(request))));
  }
}

void Session::take(const Outline& outline, const PeerId& sender, SessionContext& cx) {
  if (stage_ != Stage::fetching || outline.root != root_ || !plan_->valid(outline.number)) return;
  if (!differences_ || !differences_->awaits_outline(outline.number)) return;
  if (!holders_.delivered(sender, outline.number, cx.now())) return;
  const auto digests = outlined(outline.digests);
  if (!digests) {
    differences_->close(outline.number);
    refuse(sender, outline.number, cx);
  } else if (!differences_->outlined(outline.number, *digests)) {
    differences_->close(outline.number);
    plan_->fetch_whole(outline.number);
  } else {
    heard_[outline.number] = {sender, outline.digests, {}, {}, {}};
  }
}

void Session::take(const Items& items, const PeerId& sender, SessionContext& cx) {
  if (stage_ != Stage::fetching || items.root != root_ || !plan_->valid(items.number)) return;
  if (!differences_ || !differences_->awaits_items(items.number)) return;
  if (items.wanted != differences_->wanted(items.number)) return;
  if (!holders_.delivered(sender, items.number, cx.now())) return;
  Heard& heard = heard_[items.number];
  heard.sender = sender;
  heard.wanted = items.wanted;
  heard.items = items.data;
  if (differences_->sent(items.number, items.data)) return;
  differences_->close(items.number);
  refuse(sender, items.number, cx);
}

void Session::take_built() {
  if (!differences_) return;
  while (auto built = differences_->take_built()) {
    if (plan_->is_right(built->number, built->data)) {
      heard_.erase(built->number);
      arrived_.push_back({built->number, std::move(built->data)});
    } else {
      // An item was taken for another, or a peer has lied: the whole part will tell.
      plan_->fetch_whole(built->number);
    }
  }
}

void Session::judge_witnesses(std::uint32_t number, const Bytes& part, SessionContext& cx) {
  const auto found = heard_.extract(number);
  if (found.empty()) return;
  const Heard& heard = found.mapped();
  const auto accuse = [&](const PeerId& peer, const char* what) {
    cx.refused(peer, std::string("something else as ") + what + " of part " +
                         std::to_string(number) + " of a snapshot");
    fetch_again(holders_.expel(peer));
  };
  const auto digests = digests_of(part);
  if (digests && outline_of(*digests) != heard.outline) {
    accuse(heard.outliner, "the outline");
    return;
  }
  const auto items = chosen_items(part, heard.wanted);
  if (items && !heard.wanted.empty() && *items != heard.items) accuse(heard.sender, "items");
}

}  // namespace tessera::snapshot_sync
