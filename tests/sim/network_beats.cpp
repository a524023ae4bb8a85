#include <tessera/conformance/network.h>

// The heartbeats of pairs, as the node's table of links sends and judges them.

namespace tessera::sim {
namespace {

/// Of the groups that `leader` leads and `member` sleeps in, as `member` has it: there is but one
/// group here.
UniqueId digest_of(const Node& member, const PeerId& leader) {
  core::PairDigest digest;
  const auto sleeper = core::sleeper_of(member.status());
  if (sleeper && sleeper->leader == leader) digest.add(member.options().group, sleeper->term);
  return digest.digest();
}

}  // namespace

void Network::begin_beats() {
  if (settings_.pair_beat == Duration{}) return;
  queue_.after(settings_.pair_beat, [this] {
    for (std::size_t from = 0; from < count_; ++from) {
      for (std::size_t to = 0; to < count_; ++to) {
        if (from == to) continue;
        send_beat({from, to});
        look_after({from, to});
      }
    }
    begin_beats();
  });
}

void Network::send_beat(Way way) {
  Direction& line = direction(way);
  const Node& sender = node(way.from);
  // Also while the sender is awake: a pair has other groups, and some of these sleep.
  const bool sleeps = sender.status().asleep || node(way.to).status().asleep;
  if (line.bond == 0 || line.blocked || !can_link(way.from) || sender.paused() || !sleeps) return;
  const std::uint64_t what = 2 * count_ * count_ + way.from * count_ + way.to;
  Dice dice(keyed_seed(seed_, {what, ++line.beats}));
  if (!settings_.fifo && dice.happens(settings_.loss)) return;
  const core::PairBeat beat{sender.life(), digest_of(sender, sender.peer())};
  queue_.after(dice.in(settings_.delay), [this, way, beat, generation = line.bond] {
    node(way.to).post([this, way, beat, generation] {
      if (direction(way.back()).bond == generation) take_beat(way, beat);
    });
  });
}

void Network::take_beat(Way way, const core::PairBeat& beat) {
  const UniqueId expected = digest_of(node(way.to), node(way.from).peer());
  direction(way).watch.hear(queue_.now(), beat, expected);
}

/// `way.to` judges whether it may sleep on, as far as `way.from` is concerned.
void Network::look_after(Way way) {
  Node& receiver = node(way.to);
  const auto since = receiver.asleep_since();
  const bool bonded = direction(way.back()).bond != 0;
  if (!since || !bonded || !can_link(way.to) || receiver.paused()) return;
  const Duration timeout = receiver.status().settings.election_timeout;
  const auto doubt = direction(way).watch.doubt(queue_.now(), {*since, timeout});
  if (doubt == core::PairWatch::Doubt::none) return;
  const bool silent = doubt == core::PairWatch::Doubt::silence;
  marks_.add(silent ? Mark::woken_by_silence : Mark::woken_by_a_beat);
  receiver.step(
      [&](core::GroupCore& core, TimePoint now) { core.stir(now, node(way.from).peer()); });
}

}  // namespace tessera::sim
