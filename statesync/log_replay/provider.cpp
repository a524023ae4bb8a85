#include <tessera/primitives/codec.h>
#include <tessera/statesync/log_replay/provider.h>

#include <algorithm>
#include <utility>

namespace tessera::log_replay {
namespace {

/// A full lane is tried again after this.
constexpr Duration unsent_retry = std::chrono::milliseconds{10};

Held held_by(const ProviderContext& cx, const Cursor& target) {
  Held held{cx.log().base(), cx.committed()};
  const bool holds_target = cx.log().term_at(target.index) == target.term;
  if (holds_target && target.index > held.committed.index) held.committed = target;
  return held;
}

}  // namespace

std::optional<Message> Provider::receive(Message message, const PeerId& sender,
                                         ProviderContext& cx) {
  if (const auto* ask = std::get_if<Ask>(&message.body)) {
    Offer offer;
    offer.held = held_by(cx, ask->target);
    const Index last = std::min(ask->range.last, offer.held.committed.index);
    offer.terms = TermRuns::of(cx.log(), {ask->range.first, last});
    cx.send_to(sender, settings_.envelope(Message{message.session, std::move(offer)}));
    return std::nullopt;
  }
  if (const auto* fetch = std::get_if<Fetch>(&message.body)) {
    enqueue(*fetch, message.session, sender, cx);
    return std::nullopt;
  }
  return message;
}

void Provider::enqueue(const Fetch& fetch, std::uint64_t session, const PeerId& sender,
                       ProviderContext& cx) {
  auto refused = refusal(fetch, cx);
  const bool has_place = requesters_.contains(sender) || requesters_.size() < requesters_max;
  if (!refused && !has_place) {
    refused = Refusal{fetch.request, held_by(cx, fetch.target), Refusal::Reason::busy};
  }
  if (!refused) {
    Requester& requester = requesters_[sender];
    // A new session of the same peer: nobody waits for the answers to the old one.
    if (std::exchange(requester.session, session) != session) requester.waiting.clear();
    if (requester.waiting.size() < requests_max) {
      requester.waiting.push_back(fetch);
      cx.wake();
      return;
    }
    refused = Refusal{fetch.request, held_by(cx, fetch.target), Refusal::Reason::busy};
  }
  cx.send_to(sender, settings_.envelope(Message{session, *refused}));
}

std::optional<Refusal> Provider::refusal(const Fetch& fetch, const ProviderContext& cx) const {
  const Held held = held_by(cx, fetch.target);
  if (fetch.range.first <= held.base.index) {
    return Refusal{fetch.request, held, Refusal::Reason::gone};
  }
  if (fetch.range.first > held.committed.index || fetch.range.last < fetch.range.first) {
    return Refusal{fetch.request, held, Refusal::Reason::ahead};
  }
  return std::nullopt;
}

bool Provider::poll(ProviderContext& cx) {
  forget_the_gone(cx);
  const auto turn = next_in_turn(cx);
  if (turn != requesters_.end()) serve(turn, cx);
  std::erase_if(requesters_, [](const auto& requester) { return requester.second.idle(); });
  std::optional<TimePoint> retry;
  for (const auto& [peer, requester] : requesters_) {
    if (requester.unsent.empty() || requester.retry_at <= cx.now()) continue;
    retry = std::min(retry.value_or(requester.retry_at), requester.retry_at);
  }
  if (retry) cx.wake_at(*retry);
  return next_in_turn(cx) != requesters_.end();
}

void Provider::forget_the_gone(const ProviderContext& cx) {
  if (requesters_.empty()) return;
  const BondsView bonds = cx.bonds();
  std::erase_if(requesters_,
                [&](const auto& requester) { return !bonds.contains(requester.first); });
}

bool Provider::can_serve(const Requester& requester, const ProviderContext& cx) const {
  if (!requester.unsent.empty()) return requester.retry_at <= cx.now();
  if (requester.waiting.empty()) return false;
  const Fetch& fetch = requester.waiting.front();
  // The store reads for one request at a time.
  return !reading_ || refusal(fetch, cx) || cx.log().recent(fetch.range.first);
}

Provider::Requesters::iterator Provider::next_in_turn(const ProviderContext& cx) {
  const auto able = [&](const auto& requester) { return can_serve(requester.second, cx); };
  const auto after = requesters_.upper_bound(served_last_);
  const auto found = std::find_if(after, requesters_.end(), able);
  if (found != requesters_.end()) return found;
  const auto wrapped = std::find_if(requesters_.begin(), after, able);
  return wrapped == after ? requesters_.end() : wrapped;
}

void Provider::serve(Requesters::iterator turn, ProviderContext& cx) {
  auto& [peer, requester] = *turn;
  served_last_ = peer;
  if (!requester.unsent.empty()) {
    requester.retry_at = cx.now() + unsent_retry;
    if (cx.send_to(peer, requester.unsent)) requester.unsent = {};
    return;
  }
  const Reading next{peer, requester.session, requester.waiting.front()};
  requester.waiting.pop_front();
  if (const auto refused = refusal(next.fetch, cx)) {
    send(peer, Message{next.session, *refused}, cx);
    return;
  }
  const Index first = next.fetch.range.first;
  const std::size_t bytes_max = std::min<std::size_t>(next.fetch.bytes_max, settings_.chunk_bytes);
  std::vector<LogEntry> entries;
  std::size_t bytes = 0;
  const Held held = held_by(cx, next.fetch.target);
  for (Index at = first; at <= next.fetch.range.last && at <= held.committed.index; ++at) {
    auto entry = cx.log().recent(at);
    if (!entry || (!entries.empty() && bytes + entry->entry.size() > bytes_max)) break;
    bytes += entry->entry.size();
    entries.push_back(*std::move(entry));
  }
  if (!entries.empty()) {
    deliver(next, entries, cx);
    return;
  }
  reading_ = next;
  cx.read_log(first, bytes_max);
}

void Provider::entries_read(Index from, std::vector<LogEntry> entries, ProviderContext& cx) {
  if (!reading_ || reading_->fetch.range.first != from) return;
  const Reading reading = *std::exchange(reading_, std::nullopt);
  cx.wake();
  const Held held = held_by(cx, reading.fetch.target);
  const Index last = std::min(reading.fetch.range.last, held.committed.index);
  std::erase_if(entries, [&](const LogEntry& entry) { return entry.entry.position.index > last; });
  if (!entries.empty() && entries.front().entry.position.index == from) {
    deliver(reading, entries, cx);
    return;
  }
  auto refused = refusal(reading.fetch, cx);
  if (!refused) refused = Refusal{reading.fetch.request, held, Refusal::Reason::busy};
  send(reading.peer, Message{reading.session, *refused}, cx);
}

void Provider::deliver(const Reading& to, const std::vector<LogEntry>& entries,
                       ProviderContext& cx) {
  Chunk chunk;
  chunk.request = to.fetch.request;
  chunk.held = held_by(cx, to.fetch.target);
  chunk.preceding = entries.front().preceding;
  chunk.entries.reserve(entries.size());
  for (const LogEntry& entry : entries) chunk.entries.push_back(entry.entry);
  send(to.peer, Message{to.session, std::move(chunk)}, cx);
}

void Provider::send(const PeerId& to, const Message& message, ProviderContext& cx) {
  Bytes bytes = settings_.envelope(message);
  if (cx.send_to(to, bytes) || !cx.bonds().contains(to)) return;
  Requester& requester = requesters_[to];
  if (requester.session != message.session && requester.session != 0) return;
  requester.session = message.session;
  requester.unsent = std::move(bytes);
  requester.retry_at = cx.now() + unsent_retry;
  cx.wake_at(requester.retry_at);
}

Provider::Load Provider::load() const {
  Load load;
  for (const auto& [peer, requester] : requesters_) {
    load.requests += requester.waiting.size();
    load.unsent += requester.unsent.size();
  }
  return load;
}

}  // namespace tessera::log_replay
