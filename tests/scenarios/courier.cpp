#include "courier.h"

#include <algorithm>
#include <utility>

namespace tessera::scenarios {

void Courier::send(const sim::Node& from, core::Send send) {
  const auto to = std::find_if(parts_.nodes.begin(), parts_.nodes.end(),
                               [&](const auto& each) { return each->peer() == send.to; });
  if (to == parts_.nodes.end()) return;
  const Way way{from.index(), (*to)->index()};
  if (!bonded_.contains(way) || cut_.contains(way) || !(*to)->up()) return;
  letters_.push_back({++sent_, way, std::move(send.message)});
}

void Courier::rebond(const sim::Node& changed) {
  // The node is in the middle of a step.
  parts_.queue.after(Duration{0}, [this, index = changed.index()] {
    if (node(index).up()) started(index);
  });
}

void Courier::started(std::size_t started) {
  for (const auto& other : parts_.nodes) {
    const Way way{started, other->index()};
    if (other->index() == started || !other->up()) continue;
    unbond(way);
    if (!cut_.contains(way) && !cut_.contains(way.back())) bond(way);
  }
}

void Courier::stopped(std::size_t stopped) {
  std::erase_if(letters_, [&](const Letter& letter) { return letter.way.to == stopped; });
}

void Courier::heal(Way way) {
  cut_.erase(way);
  if (cut_.contains(way.back()) || bonded_.contains(way)) return;
  if (node(way.from).up() && node(way.to).up()) bond(way);
}

void Courier::reconnect(Way way) {
  unbond(way);
  if (node(way.from).up() && node(way.to).up()) bond(way);
}

void Courier::bond(Way way) {
  core::BondHello hellos[2];
  const auto ask = [&](Way side, core::BondHello& hello) {
    node(side.from).step([&](const core::GroupCore& core, TimePoint /*now*/) {
      hello = core.hello(node(side.to).peer());
    });
  };
  ask(way, hellos[0]);
  ask(way.back(), hellos[1]);
  std::string refusal;
  const auto tell = [&](Way side, const core::BondHello& hello) {
    bonded_.insert(side);
    node(side.from).step([&](core::GroupCore& core, TimePoint now) {
      const auto bonded = core.bond_up(now, node(side.to).peer(), hello);
      if (!bonded) refusal = bonded.error().message();
    });
  };
  tell(way, hellos[1]);
  if (refusal.empty()) tell(way.back(), hellos[0]);
  if (refusal.empty()) return;
  unbond(way);
  parts_.say("no bond between " + std::to_string(way.from) + " and " + std::to_string(way.to) +
             ": " + refusal);
}

void Courier::unbond(Way way) {
  // What the bond still carried never passes to the next one.
  std::erase_if(letters_, [&](const Letter& letter) {
    return letter.way == way || letter.way == way.back();
  });
  for (const Way side : {way, way.back()}) {
    if (bonded_.erase(side) == 0) continue;
    node(side.from).step(
        [&](core::GroupCore& core, TimePoint now) { core.bond_down(now, node(side.to).peer()); });
  }
}

bool Courier::is_held(const Letter& letter) const {
  return cut_.contains(letter.way) ||
         std::any_of(held_.begin(), held_.end(), [&](const Selection& held) {
           return held.covers(letter.way) && (!held.kind || *held.kind == letter.message.index());
         });
}

std::vector<std::uint64_t> Courier::find(const Selection& selection) const {
  std::vector<std::uint64_t> found;
  for (const Letter& letter : letters_) {
    const bool kind = !selection.kind || *selection.kind == letter.message.index();
    if (kind && selection.covers(letter.way)) found.push_back(letter.number);
  }
  return found;
}

std::optional<std::uint64_t> Courier::next() const {
  const auto free = std::find_if(letters_.begin(), letters_.end(),
                                 [this](const Letter& letter) { return !is_held(letter); });
  return free == letters_.end() ? std::nullopt : std::optional(free->number);
}

void Courier::deliver(std::uint64_t number, Keep keep) {
  const auto found = std::find_if(letters_.begin(), letters_.end(),
                                  [&](const Letter& letter) { return letter.number == number; });
  const Letter letter = *found;
  if (keep == Keep::no) letters_.erase(found);
  node(letter.way.to).step([&](core::GroupCore& core, TimePoint now) {
    core.receive(now, node(letter.way.from).peer(), letter.message);
  });
}

void Courier::drop(std::uint64_t number) {
  std::erase_if(letters_, [&](const Letter& letter) { return letter.number == number; });
}

}  // namespace tessera::scenarios
