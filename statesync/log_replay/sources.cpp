#include <tessera/statesync/log_replay/sources.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace tessera::log_replay {
namespace {

/// A slow peer is asked for 1/2, 1/4, ... of a chunk, down to this.
constexpr std::size_t slow_bytes_min = std::size_t{64} << 10U;
/// It rests for 1, 2, 4, ... timeouts, up to the power of two of this.
constexpr unsigned rest_strikes_max = 4;
/// Peers answer in order, and the network mostly keeps it: a request passed by so many is lost.
constexpr unsigned overtaken_max = 8;

}  // namespace

TimePoint Source::overdue_at(Duration timeout) const {
  TimePoint oldest = requests.front().sent_at;
  for (const Request& request : requests) oldest = std::min(oldest, request.sent_at);
  return std::max(oldest, delivered_at) + timeout;
}

std::vector<PeerId> Sources::keep_only(const std::vector<PeerId>& peers) {
  std::erase_if(sources_, [&](const auto& source) {
    return std::find(peers.begin(), peers.end(), source.first) == peers.end();
  });
  std::vector<PeerId> fresh;
  for (const PeerId& peer : peers) {
    const auto [source, is_new] = sources_.try_emplace(peer);
    if (!is_new) continue;
    source->second.window = std::min<std::size_t>(settings_.in_flight, 2);
    fresh.push_back(peer);
  }
  return fresh;
}

Source* Sources::find(const PeerId& peer) {
  const auto source = sources_.find(peer);
  return source == sources_.end() ? nullptr : &source->second;
}

void Sources::expel(const PeerId& peer) {
  expelled_.insert(peer);
  if (Source* source = find(peer)) source->requests.clear();
}

bool Sources::leader_may_serve(const Wanted& wanted) const {
  bool others_work = false;
  for (const auto& [peer, source] : sources_) {
    if (peer == wanted.leader || expelled(peer)) continue;
    const bool may_answer =
        !source.held && source.asked_at && wanted.now - *source.asked_at < answer_grace();
    if (may_answer) return false;
    others_work = others_work || (!source.requests.empty() && source.holds(wanted.index));
  }
  return !others_work || sources_.at(*wanted.leader).requests.empty();
}

std::optional<PeerId> Sources::pick(const Wanted& wanted) const {
  const auto rank = [&](const PeerId& peer, const Source& source) {
    return std::tuple(source.rests(wanted.now), wanted.leader == peer, source.requests.size(),
                      source.entries_asked);
  };
  auto best = sources_.end();
  for (auto source = sources_.begin(); source != sources_.end(); ++source) {
    const auto& [peer, state] = *source;
    if (!state.holds(wanted.index) || !state.has_room(wanted.now)) continue;
    if (expelled(peer) || wanted.except.contains(peer)) continue;
    if (peer == wanted.leader && !leader_may_serve(wanted)) continue;
    if (best == sources_.end() || rank(peer, state) < rank(best->first, best->second)) {
      best = source;
    }
  }
  if (best == sources_.end()) return std::nullopt;
  return best->first;
}

std::size_t Sources::bytes_for(const Source& source) const {
  const std::size_t least = std::min(settings_.chunk_bytes, slow_bytes_min);
  return std::max(settings_.chunk_bytes >> std::min(source.strikes, 16U), least);
}

std::optional<Request> Sources::finish(const PeerId& peer, std::uint64_t id) {
  Source* source = find(peer);
  if (source == nullptr) return std::nullopt;
  const auto request = std::find_if(source->requests.begin(), source->requests.end(),
                                    [&](const Request& candidate) { return candidate.id == id; });
  if (request == source->requests.end()) return std::nullopt;
  Request finished = *request;
  source->requests.erase(request);
  std::erase_if(source->requests, [&](Request& earlier) {
    return earlier.id < id && ++earlier.overtaken >= overtaken_max;
  });
  return finished;
}

void Sources::delivered(Source& source, TimePoint now) const {
  source.delivered_at = now;
  source.rests_until = now;
  source.window = std::min(source.window + 1, settings_.in_flight);
  if (source.strikes > 0) --source.strikes;
}

void Sources::slowed(Source& source) const {
  source.window = std::max<std::size_t>(source.window / 2, 1);
  ++source.strikes;
}

void Sources::void_overdue(TimePoint now) {
  for (auto& [peer, source] : sources_) {
    if (source.requests.empty() || now < source.overdue_at(settings_.request_timeout)) continue;
    source.requests.clear();
    slowed(source);
    const unsigned doublings = std::min(source.strikes - 1, rest_strikes_max);
    source.rests_until = now + settings_.request_timeout * (1U << doublings);
  }
}

void Sources::void_all() {
  for (auto& [peer, source] : sources_) source.requests.clear();
}

std::vector<IndexRange> Sources::asked() const {
  std::vector<IndexRange> ranges;
  for (const auto& [peer, source] : sources_) {
    for (const Request& request : source.requests) ranges.push_back(request.range);
  }
  return ranges;
}

std::size_t Sources::bytes_asked() const {
  std::size_t bytes = 0;
  for (const auto& [peer, source] : sources_) {
    for (const Request& request : source.requests) bytes += request.bytes;
  }
  return bytes;
}

}  // namespace tessera::log_replay
