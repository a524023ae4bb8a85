#include <tessera/groups/core/client/backlog.h>
#include <tessera/groups/core/client/reads.h>

#include <algorithm>
#include <utility>

namespace tessera::core {
namespace {

/// A question that may have got lost is asked anew after so many heartbeats.
constexpr int heartbeats_to_answer = 5;

}  // namespace

void Reads::add_strong(TimePoint now, RequestId request) {
  if (has_room(request)) waiting_.push_back({request, now + options_.timeout, {}});
}

void Reads::add_weak(TimePoint now, RequestId request, Index floor) {
  if (has_room(request)) indexed_.push_back({request, now + options_.timeout, floor});
}

bool Reads::has_room(RequestId request) const {
  if (waiting_.size() + asked_.size() + indexed_.size() < waiting_max) return true;
  outbox_.fail(request, {Errc::would_block, "too many queries wait on this member"});
  return false;
}

void Reads::cancel(RequestId request) {
  if (!drop(waiting_, request) && !drop(asked_, request) && !drop(indexed_, request)) return;
  outbox_.fail(request, aborted());
}

bool Reads::drop(List& list, RequestId request) {
  return std::erase_if(list, [&](const Read& read) { return read.request == request; }) != 0;
}

void Reads::pump(TimePoint now, Raft* raft) {
  if (raft == nullptr) return;
  const bool stale = raft->leader() != asked_of_ || raft->term() != asked_in_ || now >= ask_again_;
  if (!asked_.empty() && stale) put_back();
  if (waiting_.empty() || !asked_.empty() || !raft->leader()) return;
  asked_ = std::exchange(waiting_, {});
  asked_of_ = raft->leader();
  asked_in_ = raft->term();
  ask_again_ = now + raft->settings().in_force().heartbeat * heartbeats_to_answer;
  ++counter_;
  if (raft->leads()) {
    raft->read(now, counter_);
    return;
  }
  ReadRequest request;
  request.term = raft->term();
  request.run = options_.run;
  request.counter = counter_;
  outbox_.send(raft->leader()->peer, request, Ticket{});
}

void Reads::receive(const ReadResponse& response) {
  if (response.run != options_.run) return;
  answered(response.counter,
           response.refused ? std::nullopt : std::optional<Index>(response.index));
}

void Reads::answered(std::uint64_t counter, std::optional<Index> index) {
  if (counter != counter_ || asked_.empty()) return;
  // Refused: the next question goes to the next leader, or to this one a little later.
  if (!index) return;
  for (Read& read : asked_) {
    read.floor = *index;
    indexed_.push_back(read);
  }
  asked_.clear();
}

void Reads::applied(const Cursor& applied) {
  std::erase_if(indexed_, [&](const Read& read) {
    if (read.floor > applied.index) return false;
    Reply reply;
    reply.request = read.request;
    reply.position = applied;
    outbox_.reply(std::move(reply));
    return true;
  });
}

void Reads::tick(TimePoint now) {
  const Error offline(Errc::offline, "no leader confirmed the query in time");
  for (List* list : {&waiting_, &asked_, &indexed_}) {
    std::erase_if(*list, [&](const Read& read) {
      if (read.deadline > now) return false;
      fail(read, offline);
      return true;
    });
  }
}

std::optional<TimePoint> Reads::next_deadline() const {
  std::optional<TimePoint> earliest;
  const auto consider = [&](TimePoint when) {
    earliest = earliest ? std::min(*earliest, when) : when;
  };
  if (!asked_.empty()) consider(ask_again_);
  for (const List* list : {&waiting_, &asked_, &indexed_}) {
    if (!list->empty()) consider(list->front().deadline);
  }
  return earliest;
}

void Reads::fail_all(const Error& reason) {
  for (List* list : {&waiting_, &asked_, &indexed_}) {
    for (const Read& read : std::exchange(*list, {})) fail(read, reason);
  }
}

void Reads::fail(const Read& read, const Error& reason) { outbox_.fail(read.request, reason); }

void Reads::put_back() {
  asked_.insert(asked_.end(), waiting_.begin(), waiting_.end());
  waiting_ = std::exchange(asked_, {});
}

}  // namespace tessera::core
