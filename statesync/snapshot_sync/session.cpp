#include <tessera/primitives/codec.h>
#include <tessera/statesync/snapshot_sync/session.h>

#include <algorithm>
#include <utility>

namespace tessera::snapshot_sync {

Session::Session(const Settings& settings, SessionStart start, SessionContext& cx)
    : settings_(settings), start_(std::move(start)), holders_(settings_) {
  live_ = std::exchange(start_.entries, {});
  ask(cx);
}

std::optional<Cursor> Session::poll(SessionContext& cx) {
  follow_bonds(cx);
  switch (stage_) {
    case Stage::asking:
      if (cx.now() >= next_at_) choose(cx);
      break;
    case Stage::listing:
      if (cx.now() >= next_at_) start_over(cx);
      break;
    case Stage::fetching:
      fetch(cx);
      break;
    case Stage::installing:
      if (!cx.diverged() && cx.applied().index >= position_.index) begin_replay(cx);
      break;
    case Stage::replaying:
      break;
  }
  if (stage_ == Stage::replaying) return replay_->poll(cx);
  if (stage_ == Stage::asking || stage_ == Stage::listing) cx.wake_at(next_at_);
  return std::nullopt;
}

void Session::ask(SessionContext& cx) {
  stage_ = Stage::asking;
  offers_.clear();
  bonds_version_ = cx.bonds().version;
  cx.broadcast(encode(Message(Ask{cx.committed()})));
  next_at_ = cx.now() + settings_.anchor_wait;
}

void Session::start_over(SessionContext& cx) {
  plan_.reset();
  differences_.reset();
  own_reads_ = 0;
  heard_.clear();
  holders_.clear();
  reading_.clear();
  arrived_.clear();
  ask(cx);
}

void Session::follow_bonds(SessionContext& cx) {
  const BondsView bonds = cx.bonds();
  if (bonds.version == bonds_version_) return;
  bonds_version_ = bonds.version;
  std::erase_if(offers_, [&](const auto& offer) { return !bonds.contains(offer.first); });
  for (const PeerId& peer : holders_.all()) {
    if (!bonds.contains(peer)) fetch_again(holders_.remove(peer));
  }
  if (stage_ == Stage::replaying || stage_ == Stage::installing) return;
  for (const PeerId& peer : bonds.peers) {
    if (!offers_.contains(peer)) cx.send_to(peer, encode(Message(Ask{cx.committed()})));
  }
}

bool Session::helps(const Cursor& position, const SessionContext& cx) {
  // A state that has diverged may be followed by one of before, from which the log is applied anew.
  if (cx.diverged()) return position.index >= cx.log().base().index;
  return position.index > cx.applied().index;
}

/// The leader's, since its log goes on from there; without it the one that most peers hold.
const Offered* Session::best_offer(const SessionContext& cx) const {
  const auto leader = cx.leader();
  const Offered* best = nullptr;
  std::ptrdiff_t best_holders = 0;
  for (const auto& [peer, offer] : offers_) {
    if (!offer.snapshot || !helps(offer.snapshot->position, cx)) continue;
    const Offered& offered = *offer.snapshot;
    if (leader && peer == *leader) return &offered;
    const auto holders = std::count_if(offers_.begin(), offers_.end(), [&](const auto& other) {
      return other.second.snapshot && other.second.snapshot->root == offered.root;
    });
    const bool newer = best == nullptr || offered.position > best->position;
    if (holders > best_holders || (holders == best_holders && newer)) {
      best = &offered;
      best_holders = holders;
    }
  }
  return best;
}

bool Session::log_is_cheaper(const Offered* offered, const SessionContext& cx) const {
  const Index have = cx.committed().index;
  std::optional<std::uint64_t> bytes;
  const auto leader = cx.leader();
  for (const auto& [peer, offer] : offers_) {
    // Who is behind as well holds the beginning of the gap, but not its end. A new leader holds all
    // of it, and may not know yet that it is committed.
    const bool reaches = peer == leader || offer.committed.index >= start_.target.index;
    if (offer.log_base.index > have || !reaches) continue;
    bytes = std::max(bytes.value_or(0), offer.log_bytes);
  }
  return bytes && (offered == nullptr || *bytes <= offered->bytes);
}

void Session::choose(SessionContext& cx) {
  const Offered* offered = best_offer(cx);
  if (!cx.diverged() && log_is_cheaper(offered, cx)) {
    begin_replay(cx);
    return;
  }
  if (offered == nullptr) {
    if (holders_.any_expelled()) {
      // Another session may believe them again: what was wrong may have been one reading.
      cx.fail("whoever has something to offer has sent something else than it should have");
    } else {
      ask(cx);
    }
    return;
  }
  root_ = offered->root;
  position_ = offered->position;
  for (const auto& [peer, offer] : offers_) {
    if (offer.snapshot && offer.snapshot->root == root_) holders_.add(peer);
  }
  look_at_own_state(cx);
  stage_ = Stage::listing;
  next_at_ = cx.now() + settings_.request_timeout;
  for (const PeerId& peer : holders_.all()) cx.send_to(peer, encode(Message(AskList{root_})));
}

void Session::begin_replay(SessionContext& cx) {
  stage_ = Stage::replaying;
  SessionStart start = start_;
  start.entries = std::exchange(live_, {});
  replay_ = std::make_unique<log_replay::Session>(settings_.replay, std::move(start), cx);
}

void Session::buffer(std::vector<LogEntry> entries) {
  if (replay_) {
    replay_->buffer(std::move(entries));
    return;
  }
  // What does not fit is ordinary replication's business afterwards.
  for (LogEntry& entry : entries) {
    live_bytes_ += entry.entry.size();
    if (live_bytes_ > settings_.replay.buffer_bytes) return;
    live_.push_back(std::move(entry));
  }
}

void Session::receive(Message message, const PeerId& sender, SessionContext& cx) {
  if (auto* log = std::get_if<log_replay::Message>(&message)) {
    if (replay_) replay_->receive(std::move(*log), sender, cx);
  } else if (const auto* offer = std::get_if<Offer>(&message)) {
    take(*offer, sender);
  } else if (auto* list = std::get_if<List>(&message)) {
    take(std::move(*list), sender, cx);
  } else if (auto* part = std::get_if<Part>(&message)) {
    take(std::move(*part), sender, cx);
  } else if (const auto* outline = std::get_if<Outline>(&message)) {
    take(*outline, sender, cx);
  } else if (const auto* items = std::get_if<Items>(&message)) {
    take(*items, sender, cx);
  } else if (const auto* gone = std::get_if<Gone>(&message)) {
    take(*gone, sender);
  }
  // Everybody has answered: nobody is waited for.
  if (stage_ == Stage::asking && offers_.size() >= cx.bonds().peers.size()) next_at_ = cx.now();
}

void Session::take(const Offer& offer, const PeerId& sender) {
  if (holders_.expelled(sender)) return;
  offers_[sender] = offer;
  const bool fetching = stage_ == Stage::listing || stage_ == Stage::fetching;
  if (fetching && offer.snapshot && offer.snapshot->root == root_) holders_.add(sender);
}

void Session::take(List list, const PeerId& sender, SessionContext& cx) {
  if (stage_ != Stage::listing || list.root != root_) return;
  auto parts = decode<PartList>(list.parts);
  const bool right =
      parts && list.anchor.position() == position_ && root_of(list.anchor, list.parts) == root_;
  if (!right) {
    cx.refused(sender, "a list of parts that is not the snapshot's");
    holders_.expel(sender);
    return;
  }
  if (const auto why = too_large_to_send(*parts)) {
    cx.fail("the snapshot at " + position_.to_string() + ", which " + sender.brief() +
            " holds, cannot be fetched: " + *why);
    return;
  }
  begin_fetching(std::move(list), *std::move(parts), cx);
}

void Session::take(Part part, const PeerId& sender, SessionContext& cx) {
  if (stage_ != Stage::fetching || part.root != root_ || !plan_->valid(part.number)) return;
  if (!holders_.delivered(sender, part.number, cx.now()) || plan_->has(part.number)) return;
  if (differences_) differences_->close(part.number);
  if (!plan_->is_right(part.number, part.data)) {
    refuse(sender, part.number, cx);
    return;
  }
  judge_witnesses(part.number, part.data, cx);
  arrived_.push_back({part.number, std::move(part.data)});
}

void Session::refuse(const PeerId& sender, std::uint32_t number, SessionContext& cx) {
  cx.refused(sender, "something else as part " + std::to_string(number) + " of a snapshot");
  plan_->fetch(number);
  fetch_again(holders_.expel(sender));
}

void Session::take(const Gone& gone, const PeerId& sender) {
  if (gone.root == root_) fetch_again(holders_.remove(sender));
}

}  // namespace tessera::snapshot_sync
