#include "stage.h"

#include <tessera/conformance/cast.h>
#include <tessera/conformance/identities.h>
#include <tessera/conformance/machines.h>
#include <tessera/conformance/stewards.h>

#include <algorithm>
#include <utility>

namespace tessera::scenarios {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// The steps in which clocks are moved: finer than any timeout.
constexpr Duration clock_step = milliseconds{10};
/// What happens within this much of the queue's time happens at once.
constexpr Duration moment = milliseconds{1};
/// More than any script needs; a group that never comes to rest is a finding.
constexpr std::size_t deliveries_max = 20'000;
constexpr int founding_steps_max = 1000;

/// Nothing that a script sees is left to chance: disks and timers take no time of their own.
sim::Node::Setup setup_of(std::size_t index) {
  sim::Node::Setup setup;
  setup.index = index;
  setup.disk = {{Duration{0}, Duration{0}}, {}};
  setup.seed = 1000 + index;
  setup.recent_max = 64U << 20U;
  setup.has_stewards = true;
  return setup;
}

}  // namespace

Stage::Stage(const StageOptions& options)
    : options_(options),
      referee_(nodes_),
      clients_({{},
                queue_,
                referee_,
                trace_,
                marks_,
                nodes_,
                sim::tape_cast(options.strategy).make_command}),
      naming_(nodes_),
      courier_({queue_, nodes_, [this](std::string line) { say(std::move(line)); }}) {
  for (std::size_t index = 0; index < options.nodes; ++index) make_node(index, options);
}

Stage::~Stage() = default;

void Stage::make_node(std::size_t index, const StageOptions& options) {
  sim::Node::Setup setup = setup_of(index);
  setup.options.self = sim::identity(index).peer();
  setup.options.network = NetworkId(UniqueId::from("the network of a scenario"));
  setup.options.group = GroupId(UniqueId::from("the group of a scenario"));
  setup.options.genesis =
      index < options.founders ? Genesis::expect(options.founders) : Genesis::join();
  setup.options.settings = options.group;
  setup.options.limits.append_max = options.append_max;
  setup.make_machine = [strategy = options.strategy] { return sim::make_machine(strategy); };
  nodes_.push_back(std::make_unique<sim::Node>(
      std::move(setup),
      sim::Node::Surroundings{queue_, courier_, *this, referee_, trace_, marks_}));
  // A thousandth of the true speed: within a script it stands still unless it is moved.
  nodes_.back()->set_clock_rate(1);
}

void Stage::found() {
  for (std::size_t index = 0; index < options_.founders; ++index) start(index);
  const auto founded = [this](std::size_t index) {
    return node(index).status().last.index > Index{};
  };
  for (int step = 0; step < founding_steps_max; ++step) {
    run();
    bool complete = true;
    for (std::size_t index = 0; index < options_.founders; ++index) complete &= founded(index);
    if (complete) break;
    for (std::size_t index = 0; index < options_.founders; ++index) wait({index}, clock_step);
  }
  for (const auto& each : nodes_) {
    states_[each->index()] = naming_.state(*each);
    configurations_[each->index()] = naming_.configuration(each->status().configuration);
    if (each->up()) naming_.member(each->status().self);
  }
  say("founded: " + configurations_[0] + ", first entry " + node(0).status().last.to_string());
}

void Stage::start(std::size_t index) {
  node(index).start();
  settle();
  courier_.started(index);
  settle();
}

void Stage::crash(std::size_t index) {
  node(index).crash();
  clients_.node_died(index);
  courier_.stopped(index);
}

void Stage::wipe(std::size_t index) { node(index).wipe(); }

void Stage::fail_disk(std::size_t index) {
  node(index).fail_disk();
  courier_.stopped(index);
}

void Stage::wait(const std::vector<std::size_t>& nodes, Duration time) {
  for (Duration waited{}; waited < time; waited += clock_step) {
    for (const std::size_t index : nodes) node(index).jump_clock(clock_step);
    settle();
  }
}

void Stage::pass(Duration time) {
  for (Duration passed{}; passed < time; passed += clock_step) {
    for (const auto& each : nodes_) each->jump_clock(clock_step);
    settle();
    run();
  }
}

bool Stage::campaign(std::size_t index) {
  const Duration longest = options_.group.election_timeout + options_.group.election_jitter;
  const core::Status before = node(index).status();
  const Selection requests{index, std::nullopt, message_kind("vote-request")};
  const std::uint64_t newest = courier_.sent();
  for (Duration waited{}; waited < longest * 2; waited += clock_step) {
    wait({index}, clock_step);
    const core::Status& status = node(index).status();
    const auto asked = courier_.find(requests);
    const bool asks = !asked.empty() && asked.back() > newest;
    const bool stands =
        status.role == core::Role::pre_candidate || status.role == core::Role::candidate;
    if (asks || status.term > before.term || (stands && status.role != before.role)) return true;
  }
  return false;
}

void Stage::outlast_leaders(std::size_t node) {
  for (const auto& each : nodes_) {
    const bool leads = each->status().role == core::Role::leader;
    if (each->index() == node || leads || !each->up()) continue;
    wait({each->index()}, options_.group.election_timeout);
  }
}

std::size_t Stage::run() {
  settle();
  std::size_t delivered = 0;
  for (; delivered < deliveries_max; ++delivered) {
    const auto next = courier_.next();
    if (!next) return delivered;
    deliver(*next, Courier::Keep::no);
  }
  throw sim::Broken({"rest", "the messages never come to an end"});
}

void Stage::deliver(std::uint64_t letter, Courier::Keep keep) {
  courier_.deliver(letter, keep);
  settle();
}

void Stage::settle() {
  while (!queue_.empty() && queue_.next_at() <= queue_.now() + moment) queue_.run_one();
}

void Stage::call(const Call& call) {
  const std::size_t at = clients_.call(call.kind, call.node);
  const sim::Operation& operation = clients_.operation(at);
  if (!operation.is_read()) naming_.name(operation.command, call.name);
  calls_[at] = call.name;
  settle();
}

void Stage::forget_admin(const std::string& name) {
  for (const auto& each : nodes_) {
    each->step([&](core::GroupCore& core, TimePoint now) {
      for (const auto& [request, called] : admin_calls_) {
        if (called == name) core.cancel(now, core::RequestId(request));
      }
    });
  }
  settle();
}

void Stage::admin(std::size_t index, const core::AdminAction& action, const std::string& name) {
  const core::RequestId request(sim::Stewards::first_request + admin_asked_++);
  admin_calls_[request.value()] = name;
  node(index).step([&](core::GroupCore& core, TimePoint now) { core.admin(now, request, action); });
  settle();
}

void Stage::replied(const sim::Node& node, const core::Reply& reply) {
  if (!sim::Stewards::asked_for(reply.request)) return clients_.replied(node, reply);
  say(admin_calls_[reply.request.value()] + ": " +
      (reply.error ? reply.error->message() : "done at " + reply.position.to_string()));
}

std::string Stage::outcome(const sim::Operation& operation) const {
  if (!operation.reply) return "no answer, its member died";
  if (operation.reply->error) return operation.reply->error->message();
  if (!operation.is_read()) return "done at " + operation.reply->position.to_string();
  if (operation.seen.count == 0) return "sees no write";
  std::string text = "sees " + std::to_string(operation.seen.count) + " write";
  if (operation.seen.count > 1) text += 's';
  return text + ", the newest at " + std::to_string(operation.seen.last.value());
}

std::vector<std::string> Stage::take_news() {
  std::vector<std::string> news = std::exchange(said_, {});
  for (auto call = calls_.begin(); call != calls_.end();) {
    const sim::Operation& operation = clients_.operation(call->first);
    if (!operation.done) {
      ++call;
      continue;
    }
    news.push_back(call->second + ": " + outcome(operation));
    call = calls_.erase(call);
  }
  for (const auto& each : nodes_) {
    const std::size_t index = each->index();
    const std::string title = std::to_string(index) + ": ";
    const std::string state = naming_.state(*each);
    if (std::exchange(states_[index], state) != state) news.push_back(title + state);
    if (!each->up()) continue;
    const std::string members = naming_.configuration(each->status().configuration);
    if (std::exchange(configurations_[index], members) != members) {
      news.push_back(title + members);
    }
  }
  return news;
}

void Stage::finish() { referee_.finished(clients_.history()); }

}  // namespace tessera::scenarios
