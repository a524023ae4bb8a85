#include <tessera/groups/shell/internal/link_table.h>
#include <tessera/groups/shell/internal/member_strand.h>
#include <tessera/primitives/codec.h>

#include <algorithm>
#include <optional>
#include <string>

// One heartbeat for each pair of nodes, whatever the number of groups that sleep on its word:
// docs/decisions/0108.

namespace tessera::shell {

void LinkTable::sleeps(const GroupId& group, const std::optional<core::Sleeper>& sleeper) {
  post([group, sleeper](LinkTable& self) {
    const auto found = self.groups_.find(group);
    if (found == self.groups_.end()) {
      return;
    }
    found->second.sleeper = sleeper;
    found->second.asleep_since = system_clock().now();
    self.sleep_changed();
    self.arm_beats();
  });
}

void LinkTable::sleep_changed() {
  for (const auto& [peer, link] : links_) {
    link->state().shared_sleep.reset();
  }
}

const SharedSleep& LinkTable::shared_sleep(PeerLink& link) {
  auto& kept = link.state().shared_sleep;
  if (kept) {
    return *kept;
  }
  SharedSleep sum;
  core::PairDigest led;
  core::PairDigest followed;
  for (const auto& [id, entry] : groups_) {
    if (!entry.sleeper || !entry.bonded.contains(link.peer())) {
      continue;
    }
    const core::Sleeper& sleeper = *entry.sleeper;
    if (sleeper.leader == options_.self) {
      led.add(id, sleeper.term);
    } else if (sleeper.leader == link.peer()) {
      followed.add(id, sleeper.term);
    }
    const bool first = sum.groups++ == 0;
    sum.since = first ? entry.asleep_since : std::min(sum.since, entry.asleep_since);
    sum.heartbeat = first ? sleeper.heartbeat : std::min(sum.heartbeat, sleeper.heartbeat);
    sum.election_timeout =
        first ? sleeper.election_timeout : std::min(sum.election_timeout, sleeper.election_timeout);
  }
  sum.led = led.digest();
  sum.followed = followed.digest();
  return kept.emplace(sum);
}

void LinkTable::arm_beats() {
  if (beats_armed_ || ended_) {
    return;
  }
  std::optional<Duration> interval;
  for (const auto& [peer, link] : links_) {
    const SharedSleep& shared = shared_sleep(*link);
    if (shared.groups != 0) {
      interval = interval ? std::min(*interval, shared.heartbeat) : shared.heartbeat;
    }
  }
  if (!interval) {
    return;
  }
  beats_armed_ = true;
  beat_timer_.expires_after(*interval);
  beat_timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!self) {
      return;
    }
    self->beats_armed_ = false;
    if (!error && !self->ended_) {
      self->send_beats();
    }
  });
}

void LinkTable::send_beats() {
  for (const auto& [peer, link] : links_) {
    const SharedSleep& shared = shared_sleep(*link);
    if (shared.groups == 0) {
      continue;
    }
    // One that is dropped is made up for by the next.
    static_cast<void>(
        link->link().send(net::Lane::control, {static_cast<std::uint8_t>(FrameKind::beat), 0,
                                               encode(core::PairBeat{options_.run, shared.led})}));
    stir_if_in_doubt(*link);
  }
  arm_beats();
}

void LinkTable::take_beat(PeerLink& link, const Bytes& payload) {
  const auto beat = decode<core::PairBeat>(payload);
  if (!beat) {
    link.link().close(beat.error().within("the peer's heartbeat"));
    return;
  }
  link.state().watch.hear(system_clock().now(), *beat, shared_sleep(link).followed);
}

void LinkTable::stir_if_in_doubt(PeerLink& link) {
  using Doubt = core::PairWatch::Doubt;
  const TimePoint now = system_clock().now();
  const core::PairWatch& watch = link.state().watch;
  const SharedSleep& shared = shared_sleep(link);
  // Where the most impatient group has no doubt, none has.
  if (watch.doubt(now, {shared.since, shared.election_timeout}) == Doubt::none) {
    return;
  }
  std::size_t stirred = 0;
  for (auto& [id, entry] : groups_) {
    const bool shares = entry.sleeper && entry.bonded.contains(link.peer());
    if (!shares ||
        watch.doubt(now, {entry.asleep_since, entry.sleeper->election_timeout}) == Doubt::none) {
      continue;
    }
    entry.asleep_since = now;  // Until it says that it has woken.
    entry.member->stir(link.peer());
    ++stirred;
  }
  if (stirred != 0) {
    log(LogLevel::debug, "in doubt about " + link.peer().brief() + ": wakes " +
                             std::to_string(stirred) + " groups that sleep");
    link.state().shared_sleep.reset();
  }
}

}  // namespace tessera::shell
