#include <tessera/conformance/identities.h>
#include <tessera/conformance/message_names.h>
#include <tessera/conformance/network.h>

#include <algorithm>
#include <utility>

namespace tessera::sim {

using std::chrono::milliseconds;

Network::Network(Parts parts)
    : settings_(parts.settings),
      seed_(parts.seed),
      queue_(parts.queue),
      trace_(parts.trace),
      marks_(parts.marks),
      nodes_(parts.nodes),
      count_(parts.count),
      links_(count_ * count_),
      directions_(count_ * count_) {
  for (std::size_t index = 0; index < count_; ++index) index_of_[identity(index).peer()] = index;
}

void Network::send(const Node& from, core::Send send) {
  const auto to = index_of_.find(send.to);
  if (to == index_of_.end()) return;
  const Way way{from.index(), to->second};
  const std::uint64_t generation = direction(way).bond;
  if (generation != 0) transmit({way, generation, std::move(send.message)});
}

Dice Network::message_dice(Way way) {
  const std::uint64_t what = 2 * (way.from * count_ + way.to);
  return Dice(keyed_seed(seed_, {what, ++direction(way).messages}));
}

Duration Network::wait(Way way, Dice::Span span) {
  const std::uint64_t what = 2 * (way.from * count_ + way.to) + 1;
  return Dice(keyed_seed(seed_, {what, ++direction(way).waits})).in(span);
}

void Network::transmit(Packet packet) {
  Direction& line = direction(packet.way);
  if (line.blocked) {
    if (settings_.hold_blocked) {
      marks_.add(Mark::message_held);
      line.held.push_back(std::move(packet));
    }
    return;
  }
  Dice dice = message_dice(packet.way);
  if (!settings_.fifo) {
    if (dice.happens(settings_.loss)) return marks_.add(Mark::message_lost);
    if (dice.happens(settings_.duplicate)) {
      marks_.add(Mark::message_duplicated);
      deliver(packet, dice);
    }
    if (dice.happens(settings_.replay)) replay(packet.way, dice);
    if (!settings_.replay.never()) {
      line.past.push_back(packet);
      if (line.past.size() > past_max) line.past.pop_front();
    }
  }
  deliver(std::move(packet), dice);
}

void Network::replay(Way way, Dice& dice) {
  const auto& past = direction(way).past;
  if (past.empty()) return;
  Packet packet = past[dice.below(past.size())];
  if (packet.generation != direction(way).bond) return;
  marks_.add(Mark::message_replayed);
  deliver(std::move(packet), dice);
}

void Network::deliver(Packet packet, Dice& dice) {
  Direction& line = direction(packet.way);
  const Duration delay = dice.in(settings_.delay) * (dice.happens(settings_.slow) ? 20 : 1);
  TimePoint when = queue_.now() + delay;
  TimePoint& last = core::is_bulk(packet.message) ? line.last_bulk : line.last_control;
  if (when < last) {
    if (settings_.fifo) {
      when = last;
    } else {
      marks_.add(Mark::message_reordered);
    }
  }
  last = std::max(last, when);
  queue_.at(when, [this, packet = std::move(packet)] {
    Node& receiver = node(packet.way.to);
    if (!receiver.paused()) return arrive(packet);
    receiver.post([this, packet] { arrive(packet); });
  });
}

void Network::arrive(const Packet& packet) {
  Node& receiver = node(packet.way.to);
  if (!receiver.up() || direction(packet.way.back()).bond != packet.generation) return;
  marks_.add(mark_of(packet.message));
  const auto* answer = std::get_if<core::AppendResponse>(&packet.message);
  if (answer != nullptr && answer->rejected) marks_.add(Mark::append_refused);
  trace_.mix(packet.way.from << 16U ^ packet.way.to << 8U ^ packet.message.index());
  if (trace_.wants_text()) {
    trace_.line(queue_.now(), "  " + std::to_string(packet.way.from) + " -> " +
                                  std::to_string(packet.way.to) + ": " + describe(packet.message));
  }
  receiver.step([&](core::GroupCore& core, TimePoint now) {
    core.receive(now, node(packet.way.from).peer(), packet.message);
  });
}

void Network::node_started(std::size_t started) {
  for (std::size_t other = 0; other < count_; ++other) {
    if (other != started) connect_later({started, other});
  }
}

void Network::node_stopped(std::size_t stopped) {
  for (std::size_t other = 0; other < count_; ++other) {
    if (other == stopped) continue;
    direction({stopped, other}).bond = 0;
    reset({stopped, other});
  }
}

void Network::rebond(const Node& changed) {
  const std::size_t from = changed.index();
  for (std::size_t to = 0; to < count_; ++to) {
    // A bond in the making ends as well: the other side may have heard the former hello by now.
    if (to == from || !link({from, to}).standing) continue;
    Direction& line = direction({from, to});
    // Nothing that the bond still carries is delivered, in either direction.
    if (std::exchange(line.bond, 0) != 0) {
      queue_.after(Duration{0}, [this, from, to] {
        node(from).post([this, from, to] { tell_unbonded({from, to}); });
      });
    }
    reset({from, to});
  }
}

void Network::connect_later(Way way) {
  queue_.after(wait(way, settings_.reconnect), [this, way] { connect(way); });
}

void Network::connect(Way way) {
  Link& connection = link(way);
  if (connection.standing || !can_link(way.from) || !can_link(way.to)) return;
  if (direction(way).blocked || direction(way.back()).blocked) return connect_later(way);
  connection.standing = true;
  connection.generation = ++generation_;
  greet(way, generation_);
  greet(way.back(), generation_);
  queue_.after(handshake_timeout, [this, way, generation = generation_] {
    if (link(way).generation != generation || !link(way).standing) return;
    const bool complete =
        direction(way).bond == generation && direction(way.back()).bond == generation;
    if (!complete) reset(way);
  });
}

void Network::greet(Way way, std::uint64_t generation) {
  queue_.after(wait(way, settings_.delay), [this, way, generation] {
    node(way.from).post([this, way, generation] {
      if (link(way).generation != generation || !link(way).standing) return;
      core::BondHello hello;
      node(way.from).step([&](const core::GroupCore& core, TimePoint /*now*/) {
        hello = core.hello(node(way.to).peer());
      });
      queue_.after(wait(way, settings_.delay), [this, way, generation, hello] {
        if (direction(way).blocked) return;
        node(way.to).post([=, this] { welcome(way.back(), generation, hello); });
      });
    });
  });
}

/// `way.from` has heard the hello of `way.to`.
void Network::welcome(Way way, std::uint64_t generation, const core::BondHello& hello) {
  if (link(way).generation != generation || !link(way).standing) return;
  Direction& line = direction(way);
  if (line.bond != 0) drop_bond(way, line.bond);
  line.bond = generation;
  direction(way.back()).watch = core::PairWatch{};
  line.past.clear();
  line.held.clear();
  if (trace_.wants_text()) {
    trace_.line(queue_.now(), "bond " + std::to_string(way.from) + " with " +
                                  std::to_string(way.to) + " #" + std::to_string(generation) +
                                  ", which states genesis " + hello.genesis.brief() +
                                  ", founders " + std::to_string(hello.founders));
  }
  bool accepted = true;
  std::string reason;
  node(way.from).step([&](core::GroupCore& core, TimePoint now) {
    const auto bonded = core.bond_up(now, node(way.to).peer(), hello);
    accepted = bonded.has_value();
    if (!accepted) reason = bonded.error().message();
  });
  if (accepted) return;
  marks_.add(Mark::bond_refused);
  trace_.line(queue_.now(), "bond refused: " + reason);
  line.bond = 0;
  reset(way);
}

void Network::drop_bond(Way way, std::uint64_t generation) {
  Direction& line = direction(way);
  if (line.bond != generation) return;
  line.bond = 0;
  tell_unbonded(way);
}

void Network::tell_unbonded(Way way) {
  node(way.from).step(
      [&](core::GroupCore& core, TimePoint now) { core.bond_down(now, node(way.to).peer()); });
}

void Network::reset(Way way) {
  Link& connection = link(way);
  connection.standing = false;
  for (const Way side : {way, way.back()}) {
    const std::uint64_t generation = direction(side).bond;
    if (generation == 0) continue;
    queue_.after(wait(side, settings_.delay), [this, side, generation] {
      node(side.from).post([this, side, generation] { drop_bond(side, generation); });
    });
  }
  connect_later(way);
}

void Network::block(const std::vector<Way>& ways) {
  ++blockade_;
  for (const Way way : ways) {
    Direction& line = direction(way);
    if (line.blocked) continue;
    line.blocked = true;
    line.blocked_since = blockade_;
    queue_.after(settings_.link_timeout + wait(way, settings_.delay),
                 [this, way, since = blockade_] {
                   const Direction& later = direction(way);
                   if (later.blocked && later.blocked_since == since) reset(way);
                 });
  }
}

void Network::unblock_all() {
  for (std::size_t from = 0; from < count_; ++from) {
    for (std::size_t to = 0; to < count_; ++to) {
      Direction& line = direction({from, to});
      line.blocked = false;
      for (Packet& packet : std::exchange(line.held, {})) {
        Dice dice = message_dice({from, to});
        deliver(std::move(packet), dice);
      }
    }
  }
}

void Network::become_good() {
  unblock_all();
  settings_.fifo = true;
  settings_.slow = settings_.loss = settings_.duplicate = settings_.replay = {};
  settings_.delay.most = std::min<Duration>(settings_.delay.most, milliseconds{5});
  settings_.delay.least = std::min(settings_.delay.least, settings_.delay.most);
}

}  // namespace tessera::sim
