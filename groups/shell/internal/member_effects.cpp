#include <tessera/groups/shell/internal/link_table.h>
#include <tessera/groups/shell/internal/member_strand.h>
#include <tessera/primitives/check.h>

#include <algorithm>
#include <utility>

namespace tessera::shell {
namespace {

/// After so long the other groups and the group's own messages get their turn.
constexpr Duration work_slice = std::chrono::milliseconds(2);

/// A single call that takes longer is worth a line: the machine's `apply` holds up its group.
constexpr Duration slow_work = std::chrono::milliseconds(100);

/// Room may come about without an answer to one of this member's callers.
constexpr Duration room_check = std::chrono::milliseconds(20);

}  // namespace

void MemberStrand::call_core(const CoreCall& call) {
  if (!core_ || ended_) {
    return;
  }
  check(!in_core_, "the core is called once at a time");
  in_core_ = true;
  call(*core_, now());
  core::Effects effects = core_->take_effects();
  in_core_ = false;
  perform(std::move(effects));
}

void MemberStrand::step(const CoreCall& call) {
  call_core(call);
  follow_up();
}

void MemberStrand::follow_up() {
  if (!core_ || ended_) {
    return;
  }
  work_for_a_while();
  begin_waiting();
  tell_commit_soon();
  arm();
}

void MemberStrand::perform(core::Effects effects) {
  for (core::SnapshotTask& task : effects.snapshots) {
    snapshot_task(std::move(task));
  }
  for (core::Persist& persist : effects.persists) {
    submit(std::move(persist));
  }
  wanted_ = effects.wake_at;
  work_pending_ = work_pending_ || effects.work_pending;
  commit_untold_ = effects.commit_untold;
  if (effects.rebond) {
    rebond();  // Before the messages: the bonds they were meant for have ended.
  }
  for (core::Send& each : effects.sends) {
    if (held_.may_leave(each.after)) {
      send(each);
    } else {
      held_.hold(std::move(each));
    }
  }
  for (const core::ReadEntries& read : effects.reads) {
    read_entries(read);
  }
  for (const LogRecord& record : effects.log) {
    if (home_.log) {
      home_.log(record);
    }
  }
  count("tessera_sync_refused_total", effects.refused);
  if (effects.status_changed) {
    publish();  // Before the answers: a caller finds its own write in the status.
  }
  for (core::Reply& reply : effects.replies) {
    room_ = requests_.answer(std::move(reply)) || room_;
  }
  if (hand_over_until_ && core_->status().role != core::Role::leader) {
    hand_over_until_ = now();  // Done: the timer ends the member outside of this step.
  }
}

void MemberStrand::send(const core::Send& send) {
  const auto bond = bonds_.find(send.to);
  const auto lane = core::is_bulk(send.message) ? net::Lane::bulk : net::Lane::control;
  if (bond == bonds_.end() ||
      !bond->second.outlet->send(lane, bond->second.send_slot, encoder_.encode(send.message))) {
    ++dropped_;
    count("tessera_messages_dropped_total");
  }
}

void MemberStrand::work_for_a_while() {
  const TimePoint began = now();
  TimePoint before = began;
  while (work_pending_ && !ended_ && before - began < work_slice) {
    work_pending_ = false;
    call_core([](core::GroupCore& core, TimePoint now) { core.work(now); });
    const TimePoint after = now();
    if (after - before > slow_work) {
      const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(after - before);
      log(LogLevel::warning, "applying took " + std::to_string(took.count()) +
                                 " ms without a pause; everything else of the group waited");
    }
    before = after;
  }
  if (work_pending_ && !work_posted_ && !ended_) {
    work_posted_ = true;
    post([](MemberStrand& self) {
      self.work_posted_ = false;
      self.follow_up();
    });
  }
}

/// Behind the completions that were posted just now: what they ask for comes first.
void MemberStrand::tell_commit_soon() {
  if (!commit_untold_ || telling_posted_ || ended_) {
    return;
  }
  telling_posted_ = true;
  post([](MemberStrand& self) {
    self.take_operations();
    self.telling_posted_ = false;
    if (self.commit_untold_) {
      self.step([](core::GroupCore& core, TimePoint now) { core.tell_commit(now); });
    }
  });
}

void MemberStrand::arm() {
  std::optional<TimePoint> when = wanted_;
  if (hand_over_until_) {
    when = when ? std::min(*when, *hand_over_until_) : *hand_over_until_;
  }
  if (requests_.first_waiting() || !capacity_.empty()) {
    const TimePoint check_at = now() + room_check;
    when = when ? std::min(*when, check_at) : check_at;
  }
  // A timer that fires early costs less than setting it anew for every message.
  if (!when || ended_ || (armed_ && *armed_ <= *when)) {
    return;
  }
  armed_ = when;
  timer_.expires_after(std::max(*when - now(), Duration::zero()));
  timer_.async_wait([weak = weak_from_this(), when](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!error && self && self->armed_ == when) {
      self->on_timer();
    }
  });
}

void MemberStrand::on_timer() {
  armed_.reset();
  room_ = true;
  if (hand_over_until_ && *hand_over_until_ <= now()) {
    finish_closing();
    return;
  }
  if (wanted_ && *wanted_ <= now()) {
    step([](core::GroupCore& core, TimePoint now) { core.tick(now); });
  } else {
    follow_up();
  }
}

void MemberStrand::stop_now(const Error& reason) {
  if (ended_) {
    return;
  }
  if (core_) {
    core::Effects last;
    core_->stop(now(), reason);
    last = core_->take_effects();
    ended_ = reason;
    for (core::Persist& persist : last.persists) {
      // The last word: if it is lost, a start takes longer.
      home_.vault->submit(std::move(persist.write), [](const Result<void>&) {});
    }
    for (core::Reply& reply : last.replies) {
      requests_.answer(std::move(reply));
    }
  }
  ended_ = reason;
  held_.clear();
  bonds_.clear();
  timer_.cancel();
  if (entered_) {
    if (const auto links = home_.links.lock()) {
      links->leave(group_, reason);
    }
  }
  if (!reason.is(Errc::group_closed)) {
    log(LogLevel::error, "stopped: " + reason.message());
  }
  requests_.fail_all(reason);
  for (auto& callback : std::exchange(capacity_, {})) {
    callback();
  }
  publish();
}

}  // namespace tessera::shell
