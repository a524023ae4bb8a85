#include <tessera/conformance/swarm.h>

#include <sstream>

namespace tessera::sim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Permille = Dice::Permille;

void draw_group(Swarm& swarm, Dice& dice) {
  constexpr std::int64_t beats[] = {20, 50, 100};
  const milliseconds heartbeat{dice.pick(beats)};
  swarm.group.heartbeat = heartbeat;
  swarm.group.election_timeout = heartbeat * static_cast<std::int64_t>(dice.in({5, 10}));
  swarm.group.election_jitter = swarm.group.election_timeout;
  constexpr std::uint64_t gaps[] = {0, 0, 1000, 20'000, 4U << 20U};
  swarm.group.inline_catch_up = dice.pick(gaps);
  constexpr std::int64_t stalls[] = {300, 1000, 3000};
  swarm.group.stall_after = milliseconds{dice.pick(stalls)};
  swarm.operation_timeout = seconds{static_cast<std::int64_t>(dice.in({1, 8}))};
  if (dice.happens({300})) swarm.genesis_wait = milliseconds{500};
  constexpr Swarm::Founders founders[] = {Swarm::Founders::all, Swarm::Founders::all,
                                          Swarm::Founders::fewer, Swarm::Founders::named,
                                          Swarm::Founders::all_but_some};
  swarm.founders = dice.pick(founders);
}

void draw_limits(Swarm& swarm, Dice& dice) {
  core::CoreLimits& limits = swarm.limits;
  limits.command_max = 4096;
  if (dice.happens({500})) limits.waiting_max = 8192;
  if (dice.happens({300})) limits.uncommitted_max = 8192;
  if (dice.happens({400})) limits.in_flight_max = 4096;
  if (dice.happens({400})) limits.in_flight_messages_max = dice.in(Dice::Range{1, 4});
  if (dice.happens({400})) limits.append_max = dice.in(Dice::Range{1, 4096});
  if (dice.happens({500})) limits.recent_max = dice.in(Dice::Range{1, 8192});
  if (dice.happens({300})) {
    limits.session_buffer_max = dice.in(Dice::Range{1, 16'384});
    limits.unsynced_max = limits.session_buffer_max;
  }
  if (dice.happens({400})) limits.apply_batch_max = dice.in(Dice::Range{1, 2048});
  if (dice.happens({400})) limits.apply_read_max = dice.in(Dice::Range{1, 4096});
  swarm.recent_max = dice.happens({500}) ? dice.in(Dice::Range{1, 4096}) : (64U << 20U);
}

void draw_network(Swarm& swarm, Dice& dice) {
  NetworkSettings& network = swarm.network;
  constexpr std::int64_t delays[] = {500, 2000, 10'000, 30'000};
  network.delay = {microseconds{100}, microseconds{dice.pick(delays)}};
  network.fifo = dice.happens({350});
  if (dice.happens({400})) network.slow = Permille{30};
  if (dice.happens({600})) network.loss = Permille{static_cast<std::uint32_t>(dice.in({1, 150}))};
  if (dice.happens({500})) network.duplicate = Permille{100};
  if (dice.happens({500})) network.replay = Permille{60};
  network.hold_blocked = dice.happens({300});
  constexpr std::int64_t timeouts[] = {500, 3000, 3'600'000};
  network.link_timeout = milliseconds{dice.pick(timeouts)};
}

void draw_disk(Swarm& swarm, Dice& dice) {
  constexpr std::int64_t latencies[] = {200, 2000, 20'000};
  swarm.disk.latency = {microseconds{20}, microseconds{dice.pick(latencies)}};
  constexpr std::uint32_t survivals[] = {0, 500, 1000};
  swarm.disk.writes_survive = Permille{dice.pick(survivals)};
  constexpr std::int64_t slacks[] = {10, 2000, 20'000};
  swarm.timer_slack = {Duration{0}, microseconds{dice.pick(slacks)}};
}

void draw_clients(Swarm& swarm, Dice& dice) {
  constexpr std::int64_t intervals[] = {5, 20, 80};
  swarm.clients.interval = milliseconds{dice.pick(intervals)};
  constexpr std::uint64_t fillers[] = {10, 200, 1500};
  swarm.clients.filler_max = dice.pick(fillers);
  if (dice.happens({300})) swarm.clients.oversized = Permille{20};
  if (dice.happens({400})) swarm.clients.cancels = Permille{100};
  swarm.clients.command_max = swarm.limits.command_max;
}

void draw_faults(Swarm& swarm, Dice& dice) {
  FaultSettings& faults = swarm.faults;
  constexpr std::int64_t intervals[] = {300, 1000, 3000};
  faults.interval = milliseconds{dice.pick(intervals)};
  const milliseconds timeout = swarm.group.election_timeout;
  faults.lasts = {timeout / 4, timeout * 6};
  for (std::size_t fault = 0; fault <= static_cast<std::size_t>(Fault::wipe_disk); ++fault) {
    std::uint32_t& weight = faults.weights[fault];
    weight = dice.happens({500}) ? static_cast<std::uint32_t>(dice.in({1, 10})) : 0;
  }
  if (dice.happens({200})) faults.weights = {};
  faults.clock_rate = {950, 1050};
  if (dice.happens({500})) faults.clock_rate = {1000, 1000};
  swarm.faults_from_start = dice.happens({500});
  swarm.minority_stays_dead = dice.happens({250});
  const bool spare = swarm.founder_count() < swarm.nodes;
  swarm.last_comes_late = spare && dice.happens({500});
  swarm.faulty_time = seconds{static_cast<std::int64_t>(dice.in({5, 20}))};
}

void draw_membership(Swarm& swarm, Dice& dice) {
  constexpr std::uint32_t targets[] = {1, 3, 5, 5};
  swarm.group.committee_target = dice.pick(targets);
  constexpr std::int64_t silences[] = {200, 2000, 60'000};
  swarm.group.replace_after = milliseconds{dice.pick(silences)};
  if (dice.happens({300})) swarm.group.forget_after = seconds{3};
  if (dice.happens({400})) swarm.stewards.interval = seconds{1};
  if (dice.happens({300})) swarm.first_prefers = LeadershipPreference::reluctant(2);
  const bool may_observe = swarm.founder_count() < swarm.nodes;
  if (may_observe && dice.happens({300})) swarm.last_prefers = LeadershipPreference::observer();
  // Whoever takes a vote away while another store is lost, or its process for good, may leave no
  // majority at all.
  std::uint32_t& wipes = swarm.faults.weights[static_cast<std::size_t>(Fault::wipe_disk)];
  if (swarm.stewards.interval != Duration{}) {
    wipes = 0;
    swarm.minority_stays_dead = false;
  }
  // Long enough for a standby to take the place of a silent voter.
  if (dice.happens({400})) {
    swarm.group.committee_target = 3;
    swarm.group.replace_after = milliseconds{200};
    swarm.faults.lasts = {swarm.group.election_timeout * 15, swarm.group.election_timeout * 30};
  }
}

void draw_sessions(Swarm& swarm, Dice& dice) {
  if (dice.happens({400})) {
    swarm.group.session_ttl = milliseconds{static_cast<std::int64_t>(dice.in({500, 3000}))};
    // Fewer than there may be clients, but dead ones make room soon.
    if (dice.happens({400})) swarm.group.sessions_max = swarm.nodes + dice.in(Dice::Range{1, 3});
  }
  if (dice.happens({300})) swarm.group.session_bytes_max = dice.in(Dice::Range{0, 300});
  if (dice.happens({300})) swarm.limits.unanswered_max = dice.in(Dice::Range{1, 4});
  swarm.clients.sessions = dice.in(Dice::Range{1, 3});
  if (dice.happens({400})) swarm.clients.closes = Permille{20};
}

void draw_old_disks(Swarm& swarm, Dice& dice) {
  // As with lost disks: not while somebody takes votes away.
  if (!dice.happens({300}) || swarm.stewards.interval != Duration{}) return;
  swarm.faults.weights[static_cast<std::size_t>(Fault::old_disk)] =
      static_cast<std::uint32_t>(dice.in({5, 20}));
}

/// Messages take as long as elections may: campaigns meet, votes come late, leaders fall soon.
void draw_elections(Swarm& swarm, Dice& dice) {
  if (!dice.happens({120})) return;
  swarm.group.heartbeat = milliseconds{20};
  swarm.group.election_timeout = milliseconds{100};
  swarm.group.election_jitter = milliseconds{static_cast<std::int64_t>(dice.in({20, 100}))};
  swarm.network.delay = {milliseconds{1},
                         milliseconds{static_cast<std::int64_t>(dice.in({40, 120}))}};
}

void draw_snapshots(Swarm& swarm, Dice& dice) {
  if (dice.happens({350})) swarm.strategy = Swarm::Strategy::snapshot_sync;
  // So little that a run sees several snapshots, and pruning.
  if (dice.happens({500})) swarm.limits.retention_max = dice.in(Dice::Range{500, 20'000});
}

void draw_sleep(Swarm& swarm, Dice& dice) {
  if (!dice.happens({200})) return;
  swarm.may_sleep = true;
  swarm.network.pair_beat = swarm.group.heartbeat;
  // Seldom enough called to fall asleep between two calls.
  swarm.clients.interval =
      swarm.group.election_timeout * static_cast<std::int64_t>(dice.in({3, 8}));
  if (swarm.stewards.interval != Duration{}) swarm.stewards.interval = seconds{5};
  if (swarm.stewards.upkeep != Duration{}) swarm.stewards.upkeep = seconds{5};
  swarm.faulty_time *= 2;
}

/// As with lost disks and old ones: not while somebody takes votes away.
void draw_damage(Swarm& swarm, Dice& dice) {
  const auto weight = [&](Fault fault) -> std::uint32_t& {
    return swarm.faults.weights[static_cast<std::size_t>(fault)];
  };
  const bool rots = dice.happens({250});
  if (rots && swarm.stewards.interval == Duration{}) {
    weight(Fault::bit_rot) = static_cast<std::uint32_t>(dice.in({2, 10}));
  }
  if (dice.happens({250})) weight(Fault::full_disk) = static_cast<std::uint32_t>(dice.in({2, 10}));
  if (dice.happens({100})) weight(Fault::full_disks) = static_cast<std::uint32_t>(dice.in({1, 5}));
}

/// An error of a machine shows only where snapshots are taken, and soon only where often.
void draw_error(Swarm& swarm, Dice& dice) {
  if (!dice.happens({100})) return;
  swarm.garbled_node = dice.in(Dice::Range{1, swarm.nodes});
  swarm.strategy = Swarm::Strategy::snapshot_sync;
  swarm.limits.retention_max = dice.in(Dice::Range{500, 3'000});
}

void draw_scrubbing(Swarm& swarm, Dice& dice) {
  if (!dice.happens({150})) return;
  swarm.group.scrub_interval = milliseconds{static_cast<std::int64_t>(dice.in({200, 3000}))};
}

std::string_view name_of(Swarm::Strategy strategy) {
  switch (strategy) {
    case Swarm::Strategy::whole_state:
      return "whole state";
    case Swarm::Strategy::log_replay:
      return "log replay";
    case Swarm::Strategy::snapshot_sync:
      return "snapshot sync";
  }
  return "?";
}

}  // namespace

Swarm Swarm::draw(std::uint64_t seed, std::size_t nodes) {
  Swarm swarm;
  swarm.seed = seed;
  swarm.nodes = nodes;
  Dice dice(seed * 2 + 1);
  swarm.strategy = dice.happens({500}) ? Strategy::whole_state : Strategy::log_replay;
  draw_group(swarm, dice);
  draw_limits(swarm, dice);
  draw_network(swarm, dice);
  draw_disk(swarm, dice);
  draw_clients(swarm, dice);
  draw_faults(swarm, dice);
  draw_membership(swarm, dice);
  draw_sessions(swarm, dice);
  swarm.leader_goes_deaf = dice.happens({250});
  if (dice.happens({400})) swarm.stewards.upkeep = milliseconds{500};
  draw_old_disks(swarm, dice);
  draw_elections(swarm, dice);
  draw_snapshots(swarm, dice);
  draw_sleep(swarm, dice);
  draw_error(swarm, dice);
  draw_scrubbing(swarm, dice);
  draw_damage(swarm, dice);
  return swarm;
}

LeadershipPreference Swarm::leadership_of(std::size_t node) const {
  if (node + observers >= nodes) return LeadershipPreference::observer();
  if (node == 0) return first_prefers;
  return node + 1 == nodes ? last_prefers : LeadershipPreference::normal();
}

std::size_t Swarm::founder_count() const {
  switch (founders) {
    case Founders::fewer:
      // Two groups cannot come about while at most 2n-1 stores hold the right to found.
      return nodes / 2 + 1;
    case Founders::all_but_some:
      return nodes - joiners;
    case Founders::all:
    case Founders::named:
      break;
  }
  return nodes;
}

std::string Swarm::to_string() const {
  const auto milli = [](Duration time) {
    return std::to_string(std::chrono::duration_cast<milliseconds>(time).count()) + "ms";
  };
  std::ostringstream text;
  text << "nodes " << nodes << ", founders " << founder_count() << " (mode "
       << static_cast<int>(founders) << "), " << name_of(strategy) << ", heartbeat "
       << milli(group.heartbeat) << ", timeout " << milli(group.election_timeout) << ", inline "
       << group.inline_catch_up << ", delay up to " << milli(network.delay.most)
       << (network.fifo ? ", fifo" : "") << ", loss " << network.loss.value << ", duplicate "
       << network.duplicate.value << ", replay " << network.replay.value << ", disk up to "
       << milli(disk.latency.most) << ", faults every " << milli(faults.interval) << ", faulty for "
       << milli(faulty_time) << (faults_from_start ? ", from the start" : "")
       << (minority_stays_dead ? ", a minority stays dead" : "")
       << (last_comes_late ? ", the last comes late" : "")
       << (leader_goes_deaf ? ", the leader goes deaf" : "") << ", committee "
       << group.committee_target << ", replace after " << milli(group.replace_after)
       << (stewards.interval != Duration{} ? ", stewards" : "")
       << (stewards.upkeep != Duration{} ? ", upkeep" : "")
       << (last_prefers.observes() ? ", the last observes" : "") << ", sessions "
       << clients.sessions << " a node, at most " << group.sessions_max << ", for "
       << milli(group.session_ttl) << ", unanswered " << limits.unanswered_max << ", bytes "
       << group.session_bytes_max << ", retention " << limits.retention_max
       << (garbled_node != 0 ? ", node " + std::to_string(garbled_node - 1) + " errs" : "");
  return text.str();
}

}  // namespace tessera::sim
