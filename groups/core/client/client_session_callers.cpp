#include <tessera/groups/core/client/client_session.h>

#include <algorithm>
#include <utility>

// What callers are told, and when they are given up on.

namespace tessera::core {
namespace {

/// The part of the operation timeout that is left for finding out what became of a command: from
/// then on nothing is sent in its place.
constexpr int grace_fraction = 8;

}  // namespace

ClientSession::ClientSession(const Options& options, Outbox& outbox, Dispatch& dispatch,
                             Backlog& backlog)
    : options_(options),
      outbox_(outbox),
      dispatch_(dispatch),
      backlog_(backlog),
      grace_(options.timeout / grace_fraction),
      flight_(options.unanswered_max) {}

void ClientSession::add(TimePoint now, RequestId request, Bytes command) {
  backlog_.took(command);
  waiting_.push_back({request, std::move(command), now + options_.timeout});
}

bool ClientSession::cancel(RequestId request) {
  const auto waits = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& command) {
    return command.request == request;
  });
  if (waits != waiting_.end()) {
    backlog_.let_go(waits->command);
    waiting_.erase(waits);
    outbox_.fail(request, aborted());
    return true;
  }
  const auto left =
      std::find_if(unanswered_.begin(), unanswered_.end(),
                   [&](const Unanswered& command) { return command.request == request; });
  if (left == unanswered_.end()) return false;
  fail(*left, left->copies == 0 ? aborted() : cancelled_too_late());
  replace(*left);
  return true;
}

bool ClientSession::closed() const {
  return closing_ && waiting_.empty() && unanswered_.empty() && !number_ && !control_;
}

void ClientSession::tick(TimePoint now) {
  while (!waiting_.empty() && waiting_.front().deadline <= now) {
    backlog_.let_go(waiting_.front().command);
    outbox_.fail(waiting_.front().request, no_leader_in_time());
    waiting_.pop_front();
  }
  // Deadlines rise with the sequence, as the timeout is one for all.
  for (; considered_ < unanswered_.size(); ++considered_) {
    if (unanswered_[considered_].deadline - grace_ > now) break;
    give_up(unanswered_[considered_]);
  }
  for (; expired_ < unanswered_.size(); ++expired_) {
    if (unanswered_[expired_].deadline > now) break;
    expire(unanswered_[expired_]);
  }
  if (resend_due_ && *resend_due_ <= now) resend_overdue(now);
  if (control_ && !control_->position && control_->at + patience_ <= now) drop_control();
  if (held_until_ && *held_until_ <= now) held_until_.reset();
}

std::optional<TimePoint> ClientSession::next_deadline() const {
  std::optional<TimePoint> earliest;
  const auto consider = [&](TimePoint when) {
    earliest = earliest ? std::min(*earliest, when) : when;
  };
  if (!waiting_.empty()) consider(waiting_.front().deadline);
  if (considered_ < unanswered_.size()) consider(unanswered_[considered_].deadline - grace_);
  if (expired_ < unanswered_.size()) consider(unanswered_[expired_].deadline);
  if (resend_due_) consider(*resend_due_);
  if (control_ && !control_->position) consider(control_->at + patience_);
  if (held_until_) consider(*held_until_);
  return earliest;
}

void ClientSession::give_up(Unanswered& command) {
  // What certainly is not in the log yet may still get there in time.
  if (command.request && command.copies > 0) replace(command);
}

void ClientSession::expire(Unanswered& command) {
  if (command.request) {
    fail(command, command.copies == 0 ? no_leader_in_time() : unknown_after_timeout());
  }
  replace(command);
}

void ClientSession::replace(Unanswered& command) {
  if (command.replaced) return;
  command.replaced = true;
  backlog_.let_go(command.command);
  command.command = Bytes{};
}

void ClientSession::answer_if_certain(Unanswered& command) {
  if (!command.replaced || !command.request || command.copies != 0) return;
  fail(command, Error(Errc::not_committed, "it was given up, and no copy of it is in the log"));
}

void ClientSession::fail(Unanswered& command, const Error& reason) {
  if (command.request) outbox_.fail(*command.request, reason);
  command.request.reset();
}

void ClientSession::refuse_waiting(const Error& reason) {
  for (const Waiting& command : std::exchange(waiting_, {})) {
    backlog_.let_go(command.command);
    outbox_.fail(command.request, reason);
  }
}

void ClientSession::fail_all(const Error& reason) {
  refuse_waiting(reason);
  for (Unanswered& command : unanswered_) {
    fail(command, command.copies == 0 ? reason : Error(Errc::unknown_outcome, reason.message()));
    replace(command);
  }
}

}  // namespace tessera::core
