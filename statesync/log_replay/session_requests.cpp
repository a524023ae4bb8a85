#include <tessera/primitives/codec.h>
#include <tessera/statesync/log_replay/session.h>

#include <algorithm>
#include <utility>

/// Whom the session asks for what, and when.
namespace tessera::log_replay {
namespace {

/// What an entry is taken to be while none has been seen.
constexpr std::uint64_t entry_size_guess = 256;
/// A gap is spread over the peers in pieces of at least this many bytes.
constexpr std::uint64_t piece_min = std::uint64_t{32} << 10U;
/// How long a peer that could not be sent a message is left alone.
constexpr Duration unsent_rest = std::chrono::milliseconds{50};

}  // namespace

std::optional<PeerId> Session::leader_of(const SessionContext& cx) const { return cx.leader(); }

void Session::ask(const PeerId& peer, SessionContext& cx) {
  Source* source = sources_.find(peer);
  const Index first = settled_ ? gap_.next() - 1 : cx.committed().index;
  source->asked_at = cx.now();
  cx.send_to(peer, settings_.envelope(Message{number_, Ask{{first, target_.index}, target_}}));
}

/// Peers whose answer is outstanding, or too old to go on with.
void Session::ask_again(SessionContext& cx) {
  const Index until = ledger_.known_until(gap_.next());
  const bool all_known = settled_ && until >= target_.index && !ledger_.disputed();
  const auto missing = gap_.missing(target_.index, sources_.asked());
  for (auto& [peer, source] : sources_.all()) {
    if (source.asked_at && cx.now() - *source.asked_at < settings_.ask_again) continue;
    if (sources_.expelled(peer) && !ledger_.disputed()) continue;
    const bool of_use = missing && source.holds(missing->first);
    const bool useless = missing && !of_use && !source.pruned(missing->first);
    if (!source.held || !all_known || useless) ask(peer, cx);
  }
}

void Session::request(SessionContext& cx) {
  if (!settled_) return;
  const auto leader = leader_of(cx);
  std::set<PeerId> except;
  for (const auto& [peer, source] : sources_.all()) {
    if (ledger_.doubts(peer)) except.insert(peer);
  }
  const Index until = ledger_.known_until(gap_.next());
  while (const auto missing = gap_.missing(until, sources_.asked())) {
    if (!has_budget(missing->first)) break;
    const auto peer = sources_.pick({missing->first, cx.now(), leader, except});
    if (!peer) break;
    if (!send(*peer, cut(*missing, *peer), cx)) except.insert(*peer);
  }
  double_the_oldest(cx);
}

/// Nothing else can be asked for, and the log waits for a peer that lets it wait: another one with
/// nothing to do is asked for the same.
void Session::double_the_oldest(SessionContext& cx) {
  const auto missing = gap_.missing(ledger_.known_until(gap_.next()), sources_.asked());
  if (missing && has_budget(missing->first)) return;
  Request* oldest = nullptr;
  Source* owner = nullptr;
  std::set<PeerId> except;
  for (auto& [peer, source] : sources_.all()) {
    if (!source.requests.empty() || ledger_.doubts(peer)) except.insert(peer);
    for (Request& request : source.requests) {
      if (oldest != nullptr && oldest->range.first <= request.range.first) continue;
      oldest = &request;
      owner = &source;
    }
  }
  if (oldest == nullptr || oldest->doubled) return;
  if (cx.now() - oldest->sent_at < settings_.request_timeout / 2) return;
  const auto peer = sources_.pick({oldest->range.first, cx.now(), leader_of(cx), except});
  if (!peer) return;
  const IndexRange range = cut(oldest->range, *peer);
  oldest->doubled = true;
  sources_.slowed(*owner);
  if (send(*peer, range, cx)) sources_.find(*peer)->requests.back().doubled = true;
}

/// The part of `range` to ask of `peer` at once: what is guessed to fill a chunk, and not so much
/// that the others have nothing to do.
IndexRange Session::cut(IndexRange range, const PeerId& peer) const {
  const Source& source = sources_.all().at(peer);
  const std::uint64_t each = entries_received_ == 0
                                 ? entry_size_guess
                                 : std::max<std::uint64_t>(bytes_received_ / entries_received_, 1);
  const std::uint64_t bytes = sources_.bytes_for(source);
  const std::uint64_t shares = 2 * std::max<std::uint64_t>(sources_.all().size(), 1);
  const std::uint64_t share = (gap_.entries_lacking() - gap_.entries()) / shares;
  const std::uint64_t piece = std::min(bytes, piece_min);
  const std::uint64_t count =
      std::max<std::uint64_t>(std::min(bytes / each, std::max(share, piece / each)), 1);
  const Index upto = std::min(range.first + (count - 1), source.held->committed.index);
  return {range.first, std::min(upto, range.last)};
}

bool Session::send(const PeerId& peer, IndexRange range, SessionContext& cx) {
  Source& source = *sources_.find(peer);
  const std::size_t bytes = sources_.bytes_for(source);
  Request request;
  request.id = ++requests_;
  request.range = range;
  request.bytes = bytes;
  request.sent_at = cx.now();
  if (!cx.send_to(peer,
                  settings_.envelope(Message{number_, Fetch{request.id, range, bytes, target_}}))) {
    source.blocked_until = cx.now() + unsent_rest;
    return false;
  }
  source.entries_asked += (range.last + 1) - range.first;
  source.requests.push_back(request);
  return true;
}

/// What the log needs next is always asked for; the rest only while there is room to keep it.
bool Session::has_budget(Index first) const {
  if (first == gap_.next()) return true;
  return gap_.bytes() + sources_.bytes_asked() + settings_.chunk_bytes <= settings_.buffer_bytes;
}

std::optional<std::string> Session::hopeless() const {
  if (sources_.all().empty() || ledger_.disputed() || gap_.ready() != nullptr) return std::nullopt;
  bool any_pruned = false;
  bool any_believed = false;
  for (const auto& [peer, source] : sources_.all()) {
    if (sources_.expelled(peer) || ledger_.doubts(peer)) continue;
    if (!source.held || source.holds(gap_.next())) return std::nullopt;
    any_believed = true;
    any_pruned = any_pruned || source.pruned(gap_.next());
  }
  const std::string entry = "entry " + std::to_string(gap_.next().value());
  if (!any_believed) return "every peer contradicted the committed log before " + entry;
  // Who does not hold it yet could get it only from who has pruned it.
  if (!any_pruned) return std::nullopt;
  return entry + " is gone: no peer that could be believed holds it, and some have pruned it";
}

void Session::wake_in_time(SessionContext& cx) const {
  TimePoint next = cx.now() + settings_.ask_again;
  for (const auto& [peer, source] : sources_.all()) {
    if (source.blocked_until > cx.now()) next = std::min(next, source.blocked_until);
    const TimePoint grace_ends = source.asked_at.value_or(cx.now()) + sources_.answer_grace();
    if (!source.held && grace_ends > cx.now()) next = std::min(next, grace_ends);
    if (source.requests.empty()) continue;
    next = std::min(next, source.overdue_at(settings_.request_timeout));
    for (const Request& request : source.requests) {
      const TimePoint doubling = request.sent_at + settings_.request_timeout / 2;
      if (!request.doubled && doubling > cx.now()) next = std::min(next, doubling);
    }
  }
  cx.wake_at(next);
}

}  // namespace tessera::log_replay
