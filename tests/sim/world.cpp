#include <tessera/conformance/broken.h>
#include <tessera/conformance/identities.h>
#include <tessera/conformance/liveness.h>
#include <tessera/conformance/lost_stores.h>
#include <tessera/conformance/world.h>

#include <algorithm>
#include <utility>

namespace tessera::sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

World::World(Schedule schedule, Trace::Detail detail)
    : World(schedule, detail, tape_cast(schedule.swarm.strategy)) {}

World::World(Schedule schedule, Trace::Detail detail, Cast cast)
    : cast_(std::move(cast)),
      swarm_(std::move(schedule.swarm)),
      plan_(std::move(schedule.plan)),
      trace_(detail),
      dice_(swarm_.seed),
      referee_(nodes_, cast_.make_model()),
      network_({swarm_.network, dice_.bits(), queue_, trace_, marks_, nodes_, swarm_.nodes}),
      clients_({swarm_.clients, queue_, referee_, trace_, marks_, nodes_, cast_.make_command}),
      stewards_({swarm_.group, marks_, nodes_}),
      faults_({swarm_.faults.clock_rate, dice_.bits(), queue_, *this, network_, trace_, marks_,
               nodes_}) {
  trace_.line(queue_.now(), swarm_.to_string());
  for (std::size_t index = 0; index < swarm_.nodes; ++index) make_node(index);
}

World::~World() = default;

Genesis World::genesis_of(std::size_t index) const {
  const std::size_t count = swarm_.founder_count();
  switch (swarm_.founders) {
    case Swarm::Founders::named: {
      std::vector<PeerId> members;
      for (std::size_t other = 0; other < count; ++other) {
        members.push_back(identity(other).peer());
      }
      return Genesis::founders(std::move(members));
    }
    case Swarm::Founders::all_but_some:
      if (index >= count) return Genesis::join();
      break;
    case Swarm::Founders::all:
    case Swarm::Founders::fewer:
      break;
  }
  return Genesis::expect(count);
}

void World::make_node(std::size_t index) {
  core::CoreOptions options;
  options.self = identity(index).peer();
  options.network = NetworkId(UniqueId::from("the simulated network"));
  options.group = simulated_group();
  options.genesis = genesis_of(index);
  options.settings = swarm_.group;
  options.genesis_wait = std::chrono::duration_cast<milliseconds>(swarm_.genesis_wait);
  options.operation_timeout = std::chrono::duration_cast<milliseconds>(swarm_.operation_timeout);
  options.limits = swarm_.limits;
  options.may_sleep = swarm_.may_sleep;
  options.leadership = swarm_.leadership_of(index);
  nodes_.push_back(std::make_unique<Node>(
      Node::Setup{index, std::move(options), swarm_.disk, dice_.bits(), swarm_.recent_max,
                  swarm_.timer_slack, swarm_.stewards.interval != Duration{},
                  [this, index] { return cast_.make_machine(index, chronicle()); }},
      Node::Surroundings{queue_, network_, *this, referee_, trace_, marks_}));
}

void World::start(std::size_t node) {
  nodes_[node]->start();
  faults_.node_started(node);
  network_.node_started(node);
}

void World::crash(std::size_t node) {
  nodes_[node]->crash();
  clients_.node_died(node);
  stewards_.node_died(node);
  network_.node_stopped(node);
}

bool World::wipe(std::size_t node) {
  if (!survives_loss_of(nodes_, node)) return false;
  crash(node);
  nodes_[node]->wipe();
  return true;
}

bool World::put_back(std::size_t node) {
  if (!survives_loss_of(nodes_, node) || !would_find_out(nodes_, node)) return false;
  crash(node);
  nodes_[node]->put_back_disk();
  return true;
}

bool World::rot(std::size_t node) {
  if (!survives_loss_of(nodes_, node)) return false;
  crash(node);
  nodes_[node]->rot();
  return true;
}

void World::replied(const Node& node, const core::Reply& reply) {
  if (Stewards::asked_for(reply.request)) {
    stewards_.replied(reply);
  } else {
    clients_.replied(node, reply);
  }
}

void World::fail_disk(std::size_t node) {
  nodes_[node]->fail_disk();
  // What was called meanwhile of a process that is paused has not reached it.
  if (!nodes_[node]->paused() && clients_.pending_at(node) != 0) {
    throw Broken({"answers of who stops", "node " + std::to_string(node) + " stops and leaves " +
                                              std::to_string(clients_.pending_at(node)) +
                                              " calls unanswered"});
  }
  network_.node_stopped(node);
}

void World::deafen(std::size_t node) {
  std::vector<Network::Way> ways;
  for (std::size_t other = 0; other < nodes_.size(); ++other) {
    if (other != node) ways.push_back({other, node});
  }
  marks_.add(Mark::leader_deafened);
  trace_.line(queue_.now(), "node " + std::to_string(node) + " hears nobody any more");
  network_.block(ways);
}

void World::run_for(Duration time) {
  run_until(queue_.now() + time, [] { return false; });
}

bool World::run_until(TimePoint deadline, const std::function<bool()>& condition) {
  constexpr Duration interval = milliseconds{10};
  while (queue_.now() < deadline) {
    if (condition()) return true;
    bool passed = false;
    queue_.after(interval, [&passed] { passed = true; });
    while (!passed && queue_.run_one()) {
    }
  }
  return condition();
}

void World::run() {
  run_faulty_time();
  faults_.end(choose_dead());
  Liveness(*this).run();
  referee_.finished(clients_.history());
  mark_sessions();
}

void World::mark_sessions() {
  const SessionModel::Tally& tally = chronicle().sessions().tally();
  const auto mark = [this](std::uint64_t count, Mark what) {
    if (count != 0) marks_.add(what);
  };
  mark(tally.opened, Mark::client_session_opened);
  mark(tally.refused, Mark::client_session_refused);
  mark(tally.closed, Mark::client_session_closed);
  mark(tally.repeated, Mark::command_repeated);
  mark(tally.skipped, Mark::command_skipped);
  mark(tally.unknown, Mark::command_of_no_session);
  mark(tally.replaced, Mark::command_replaced);
}

void World::run_faulty_time() {
  network_.begin_beats();
  for (std::size_t index = 0; index < nodes_.size(); ++index) {
    Duration delay = dice_.in(Dice::Span{Duration{0}, milliseconds{300}});
    if (swarm_.last_comes_late && index + 1 == nodes_.size()) delay += swarm_.faulty_time / 2;
    queue_.after(delay, [this, index] {
      if (!nodes_[index]->up()) start(index);
    });
  }
  if (swarm_.faults_from_start) {
    faults_.begin();
  } else {
    run_until(queue_.now() + seconds{20}, [this] { return chronicle().last() > Index{}; });
    faults_.begin();
  }
  carry_out_plan();
  if (const std::size_t errs = swarm_.garbled_node; errs != 0 && errs <= nodes_.size()) {
    queue_.after(swarm_.faulty_time / 2, [this, errs] { nodes_[errs - 1]->garble(); });
  }
  const bool founded_before = chronicle().last() > Index{};
  run_for(swarm_.faulty_time);
  if (chronicle().last() > Index{}) {
    marks_.add(Mark::founded);
    if (!founded_before) marks_.add(Mark::founding_under_faults);
  }
}

void World::carry_out_plan() {
  busy_since_ = queue_.now();
  for (const Event& event : plan_) {
    queue_.after(event.at, [this, &event] { happen(event); });
  }
}

void World::happen(const Event& event) {
  if (const auto* fault = std::get_if<FaultEvent>(&event.what)) faults_.inflict(*fault);
  if (const auto* call = std::get_if<CallEvent>(&event.what)) clients_.happen(*call);
  if (const auto* wish = std::get_if<WishEvent>(&event.what)) stewards_.happen(*wish);
}

Duration World::busy_for() const { return busy_since_ ? queue_.now() - *busy_since_ : Duration{}; }

std::vector<std::size_t> World::choose_dead() {
  if (!swarm_.minority_stays_dead || chronicle().last() == Index{}) return {};
  // A minority of one half may be all that the other half can spare, and more.
  const bool changes = std::any_of(nodes_.begin(), nodes_.end(), [](const auto& node) {
    return node->up() && node->status().configuration.joint();
  });
  if (changes) return {};
  // A member that gave up the founding that came about is back under another storage id, as one is
  // whose disk was put back: its vote is gone for good, so it counts among the dead already. So
  // does one that does not hold the genesis yet: it may give up the founding when it goes on.
  const std::set<MemberId> configured = voters_in_force();
  std::vector<std::size_t> voters;
  for (const auto& node : nodes_) {
    const storage::GroupRecord& record = node->disk().durable().record();
    const bool votes = configured.contains(MemberId{node->peer(), record.storage});
    const bool founded = record.genesis != GenesisId{};
    if (votes && founded && !node->has_old_disk()) voters.push_back(node->index());
  }
  std::vector<std::size_t> dead;
  while (voters.size() > configured.size() / 2 + 1) {
    const std::size_t chosen = dice_.below(voters.size());
    dead.push_back(voters[chosen]);
    voters.erase(voters.begin() + static_cast<std::ptrdiff_t>(chosen));
  }
  return dead;
}

std::set<MemberId> World::voters_in_force() const {
  Term newest;
  std::set<MemberId> voters;
  for (const auto& node : nodes_) {
    const core::Status& status = node->status();
    if (!node->up() || status.configuration.voters.empty() || status.term < newest) continue;
    newest = status.term;
    voters = status.configuration.voters;
  }
  return voters;
}

}  // namespace tessera::sim
