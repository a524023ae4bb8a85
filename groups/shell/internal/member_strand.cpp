#include <tessera/groups/shell/internal/link_table.h>
#include <tessera/groups/shell/internal/member_strand.h>
#include <tessera/primitives/check.h>

#include <boost/asio/dispatch.hpp>

#include <utility>

namespace tessera::shell {

MemberStrand::MemberStrand(MemberHome home, JoinOptions options)
    : home_(std::move(home)),
      options_(std::move(options)),
      strand_(boost::asio::make_strand(home_.executor)),
      timer_(strand_) {
  shortage_ = home_.disk_shortage;
  check(options_.ports.machine && options_.ports.strategy, "a member has a machine and a strategy");
}

MemberStrand::~MemberStrand() = default;

void MemberStrand::stop(const Error& reason) {
  post([reason](MemberStrand& self) { self.stop_now(reason); });
}

void MemberStrand::on_capacity(std::function<void()> callback) {
  post([callback = std::move(callback)](MemberStrand& self) {
    if (self.ended_) {
      callback();
      return;
    }
    self.capacity_.push_back(callback);
    self.arm();
  });
}

Member::WatchId MemberStrand::watch(Member::Watcher watcher) {
  const Member::WatchId id = ++watches_;
  post([id, watcher = std::move(watcher)](MemberStrand& self) mutable {
    self.board_.add(id, std::move(watcher));
    if (self.closing_ && self.ended_) {
      self.board_.clear();
    }
  });
  return id;
}

void MemberStrand::unwatch(Member::WatchId id) {
  boost::asio::dispatch(strand_, [self = shared_from_this(), id] { self->board_.remove(id); });
}

void MemberStrand::learn(BondFacts facts) {
  post([facts = std::move(facts)](MemberStrand& self) mutable {
    self.facts_ = std::move(facts);
    self.publish();
  });
}

void MemberStrand::wake() {
  if (wake_posted_.exchange(true)) {
    return;
  }
  post([](MemberStrand& self) {
    self.wake_posted_ = false;
    self.work_pending_ = true;
    if (self.core_ && !self.ended_) {
      self.follow_up();
    }
  });
}

void MemberStrand::publish() {
  MemberStatus status;
  if (core_) {
    status.core = core_->status();
    if (status.core.role == core::Role::stopped && status.core.problem && !ended_) {
      // It has stopped by itself. Not from within a call: others may be on their way through it.
      post([reason = *status.core.problem](MemberStrand& self) { self.ended_by_itself(reason); });
    }
  } else {
    status.core.self.peer = home_.identity->peer();
    status.core.settings = options_.settings;
  }
  status.group = group_;
  status.started = core_ != nullptr;
  status.restore = restore_;
  status.closed = closing_;
  status.links = facts_.links;
  status.bond_problems = facts_.problems;
  status.messages_dropped = dropped_;
  status.problem = problem(status.core);
  if (ended_) {
    status.core.role = core::Role::stopped;
    status.core.online = false;
    status.core.asleep = false;
  }
  tell_sleep(status.core);
  board_.publish(std::move(status));
  if (closing_ && ended_) {
    board_.clear();
  }
}

void MemberStrand::tell_sleep(const core::Status& status) {
  const auto sleeper = core::sleeper_of(status);
  const auto links = home_.links.lock();
  if (sleeper == told_sleeper_ || !links) {
    return;
  }
  told_sleeper_ = sleeper;
  links->sleeps(group_, sleeper);
}

std::optional<Error> MemberStrand::problem(const core::Status& status) const {
  if (ended_) {
    return ended_;
  }
  if (damage_) {
    return damage_;
  }
  if (status.problem) {
    return status.problem;
  }
  if (!status.bonds.empty() && status.online) {
    return std::nullopt;
  }
  if (facts_.identity_problem) {
    return facts_.identity_problem;
  }
  if (!facts_.problems.empty()) {
    const BondProblem& first = facts_.problems.front();
    return first.reason.within("peer " + first.peer.brief());
  }
  return facts_.key_problem;
}

void MemberStrand::log(LogLevel level, std::string message) const {
  if (home_.log) {
    home_.log({level, component_, std::move(message)});
  }
}

void MemberStrand::count(std::string_view name, std::uint32_t times) const {
  if (times > 0) {
    home_.metrics->add({name, component_}, times);
  }
}

TimePoint MemberStrand::now() { return system_clock().now(); }

}  // namespace tessera::shell
