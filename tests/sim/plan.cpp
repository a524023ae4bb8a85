#include <tessera/conformance/plan.h>
#include <tessera/conformance/swarm.h>

#include <algorithm>
#include <numeric>

namespace tessera::sim {
namespace {

class FaultPlanner {
 public:
  FaultPlanner(const Swarm& swarm, std::uint64_t seed)
      : settings_(swarm.faults), nodes_(swarm.nodes), dice_(seed) {}

  void draw(Duration until, Plan& plan) {
    const std::uint32_t sum =
        std::accumulate(settings_.weights.begin(), settings_.weights.end(), std::uint32_t{0});
    if (sum == 0) return;
    for (Duration at = dice_.around(settings_.interval); at < until;
         at += dice_.around(settings_.interval)) {
      const FaultEvent event = draw_one(sum);
      plan.push_back({at, event});
      if (event.kind != FaultEvent::Kind::old_disk) continue;
      FaultEvent copy;
      copy.kind = FaultEvent::Kind::copy_disk;
      copy.node = event.node;
      plan.push_back({dice_.in(Dice::Span{Duration{0}, at}), copy});
    }
  }

 private:
  FaultEvent draw_one(std::uint32_t sum) {
    std::uint64_t drawn = dice_.below(sum);
    std::size_t kind = 0;
    for (; drawn >= settings_.weights[kind]; ++kind) drawn -= settings_.weights[kind];
    FaultEvent event;
    event.node = dice_.below(nodes_);
    event.lasts = dice_.in(settings_.lasts);
    set_kind(event, static_cast<Fault>(kind));
    return event;
  }

  void set_kind(FaultEvent& event, Fault fault) {
    using Kind = FaultEvent::Kind;
    switch (fault) {
      case Fault::partition_symmetric:
      case Fault::partition_one_way:
      case Fault::partition_bridge:
        event.kind = Kind::partition;
        event.node = 0;
        return divide(event, fault);
      case Fault::reset_link:
        event.kind = Kind::reset_link;
        event.lasts = Duration{};
        event.other = (event.node + 1 + dice_.below(std::max<std::size_t>(nodes_, 2) - 1)) % nodes_;
        return;
      case Fault::crash:
        event.kind = Kind::crash;
        return;
      case Fault::crash_all:
        event.kind = Kind::crash_all;
        event.node = 0;
        return;
      case Fault::pause:
        event.kind = Kind::pause;
        return;
      case Fault::slow_disk:
        event.kind = Kind::slow_disk;
        return;
      case Fault::disk_failure:
        event.kind = Kind::disk_failure;
        return;
      case Fault::clock_jump:
        event.kind = Kind::clock_jump;
        return;
      case Fault::old_disk:
        event.kind = Kind::old_disk;
        return;
      case Fault::bit_rot:
        event.kind = Kind::bit_rot;
        return;
      case Fault::full_disk:
        event.kind = Kind::full_disk;
        return;
      case Fault::full_disks:
        event.kind = Kind::full_disks;
        event.node = 0;
        return;
      case Fault::wipe_disk:
      case Fault::count_of_faults:
        event.kind = Kind::wipe_disk;
        return;
    }
  }

  void divide(FaultEvent& event, Fault shape) {
    std::vector<std::size_t> order(nodes_);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t at = order.size(); at > 1; --at) {
      std::swap(order[at - 1], order[dice_.below(at)]);
    }
    event.one_way = shape == Fault::partition_one_way;
    // A bridge sees both halves, which do not see each other.
    const std::size_t bridges = shape == Fault::partition_bridge ? 1 : 0;
    const std::size_t cut =
        bridges != 0 ? order.size() / 2 : dice_.below(std::max<std::size_t>(nodes_, 2) - 1) + 1;
    for (std::size_t at = bridges; at < order.size(); ++at) {
      (at < bridges + cut ? event.left : event.right).push_back(order[at]);
    }
    std::sort(event.left.begin(), event.left.end());
    std::sort(event.right.begin(), event.right.end());
  }

  const FaultSettings& settings_;
  std::size_t nodes_;
  Dice dice_;
};

void draw_calls(const Swarm& swarm, std::uint64_t seed, Plan& plan) {
  constexpr Operation::Kind kinds[] = {Operation::Kind::execute,     Operation::Kind::execute,
                                       Operation::Kind::execute,     Operation::Kind::feed,
                                       Operation::Kind::strong_read, Operation::Kind::strong_read,
                                       Operation::Kind::weak_read};
  const ClientSettings& settings = swarm.clients;
  Dice dice(seed);
  for (Duration at = dice.around(settings.interval); at < swarm.faulty_time;
       at += dice.around(settings.interval)) {
    CallEvent call;
    call.kind = dice.pick(kinds);
    call.node = dice.below(swarm.nodes);
    call.client = dice.below(settings.sessions);
    const bool oversized = dice.happens(settings.oversized);
    call.length = oversized ? settings.command_max + 1 : dice.below(settings.filler_max + 1);
    call.closes = dice.happens(settings.closes);
    call.cancelled = dice.happens(settings.cancels);
    if (call.cancelled) {
      call.patience = dice.in(Dice::Span{Duration{0}, std::chrono::milliseconds{500}});
    }
    if (call.kind != Operation::Kind::execute) call.client = 0;
    if (call.kind != Operation::Kind::execute && call.kind != Operation::Kind::feed) {
      call.length = 0;
    }
    plan.push_back({at, call});
  }
}

void draw_wishes(const Swarm& swarm, std::uint64_t seed, Plan& plan) {
  if (swarm.stewards.interval == Duration{}) return;
  using Kind = WishEvent::Kind;
  // Nobody is removed: a member that was, stays away until its process is started again.
  constexpr Kind kinds[] = {Kind::transfer, Kind::transfer, Kind::promote,
                            Kind::promote,  Kind::demote,   Kind::configure};
  Dice dice(seed);
  for (Duration at = dice.around(swarm.stewards.interval); at < swarm.faulty_time;
       at += dice.around(swarm.stewards.interval)) {
    WishEvent wish;
    wish.kind = dice.pick(kinds);
    wish.node = dice.below(swarm.nodes);
    wish.other = dice.below(swarm.nodes);
    wish.faster = dice.happens({500}) && wish.kind == Kind::configure;
    if (wish.kind == Kind::configure) wish.other = 0;
    plan.push_back({at, wish});
  }
}

void draw_upkeep(const Swarm& swarm, std::uint64_t seed, Plan& plan) {
  const Duration interval = swarm.stewards.upkeep;
  if (interval == Duration{}) return;
  using Kind = WishEvent::Kind;
  Dice dice(seed);
  for (Duration at = dice.around(interval); at < swarm.faulty_time; at += dice.around(interval)) {
    WishEvent wish;
    wish.kind = dice.happens({500}) ? Kind::snapshot : Kind::prune;
    wish.node = dice.below(swarm.nodes);
    plan.push_back({at, wish});
  }
}

}  // namespace

Plan draw_plan(const Swarm& swarm) {
  Plan plan;
  Dice seeds(~swarm.seed);
  FaultPlanner(swarm, seeds.bits()).draw(swarm.faulty_time, plan);
  draw_calls(swarm, seeds.bits(), plan);
  draw_wishes(swarm, seeds.bits(), plan);
  draw_upkeep(swarm, seeds.bits(), plan);
  std::stable_sort(plan.begin(), plan.end(),
                   [](const Event& left, const Event& right) { return left.at < right.at; });
  return plan;
}

}  // namespace tessera::sim
