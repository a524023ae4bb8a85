#include <tessera/runtime/internal/edge_queue.h>

#include <boost/asio/error.hpp>

#include <utility>

namespace tessera::runtime {
namespace {

/// What distinguishes two states, as kinds of change.
std::vector<Edge::Kind> changes(const GroupStatus& before, const GroupStatus& after) {
  std::vector<Edge::Kind> kinds;
  const auto problem = [](const GroupStatus& status) {
    return status.problem ? status.problem->message() : std::string();
  };
  const auto ids = [](const GroupStatus& status) {
    std::vector<std::pair<MemberId, bool>> list;
    for (const MemberInfo& member : status.members) list.emplace_back(member.id, member.voter);
    return list;
  };
  if (before.leader != after.leader) kinds.push_back(Edge::Kind::leader);
  if (before.role != after.role) kinds.push_back(Edge::Kind::role);
  if (before.bonds != after.bonds || ids(before) != ids(after)) {
    kinds.push_back(Edge::Kind::members);
  }
  if (before.sync.has_value() != after.sync.has_value()) kinds.push_back(Edge::Kind::sync);
  if (before.online != after.online) {
    kinds.push_back(after.online ? Edge::Kind::online : Edge::Kind::offline);
  }
  if (problem(before) != problem(after)) kinds.push_back(Edge::Kind::problem);
  if (!before.closed && after.closed) kinds.push_back(Edge::Kind::closed);
  return kinds;
}

}  // namespace

EdgeQueue::~EdgeQueue() {
  if (const auto member = member_.lock(); member && watch_) member->unwatch(*watch_);
}

void EdgeQueue::follow(const std::shared_ptr<EdgeQueue>& self,
                       const std::shared_ptr<shell::Member>& member) {
  self->member_ = member;
  self->watch_ = member->watch([weak = std::weak_ptr(self)](const shell::MemberStatus& status) {
    if (const auto queue = weak.lock()) queue->saw(status);
  });
}

void EdgeQueue::saw(const shell::MemberStatus& status) {
  std::unique_lock lock(mutex_);
  // What still falls apart behind the close, bonds say, is no change of the group any more.
  if (ended_) return;
  GroupStatus now = describe(status);
  if (!last_) {
    add(Edge::Kind::started, now);
    if (now.closed) add(Edge::Kind::closed, now);
  } else {
    for (const Edge::Kind kind : changes(*last_, now)) add(kind, now);
  }
  last_ = std::move(now);
  serve(lock);
}

bool EdgeQueue::take(Finish<Edge> finish) {
  std::unique_lock lock(mutex_);
  if (waiter_) {
    lock.unlock();
    finish(make_error_code(boost::asio::error::already_started), {});
    return false;
  }
  waiter_ = std::move(finish);
  serve(lock);
  return true;
}

void EdgeQueue::cancel() {
  Finish<Edge> waiter;
  {
    const std::lock_guard lock(mutex_);
    waiter = std::exchange(waiter_, nullptr);
  }
  if (waiter) waiter(make_error_code(boost::asio::error::operation_aborted), {});
}

void EdgeQueue::add(Edge::Kind kind, const GroupStatus& status) {
  if (kind == Edge::Kind::closed) ended_ = true;
  if (missed_ != 0 || waiting_.size() >= Watch::waiting_max) {
    missed_ += 1;
    return;
  }
  waiting_.push_back({kind, status, 0});
}

void EdgeQueue::serve(std::unique_lock<std::mutex>& lock) {
  if (!waiter_) return;
  std::optional<Edge> edge;
  if (!waiting_.empty()) {
    edge = std::move(waiting_.front());
    waiting_.pop_front();
  } else if (missed_ != 0) {
    edge = Edge{Edge::Kind::missed, *last_, std::exchange(missed_, 0)};
  } else if (!ended_) {
    return;
  }
  auto waiter = std::exchange(waiter_, nullptr);
  lock.unlock();
  if (edge) {
    waiter({}, *std::move(edge));
  } else {
    waiter(make_error_code(boost::asio::error::operation_aborted), {});
  }
}

}  // namespace tessera::runtime
