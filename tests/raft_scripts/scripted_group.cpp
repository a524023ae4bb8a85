#include "scripted_group.h"

#include "members.h"

#include <algorithm>

namespace tessera::raft_scripts {
namespace {

Executed done() { return {}; }
Executed apart(std::string reason) { return {Executed::Outcome::apart, std::move(reason)}; }

bool is_none(std::string_view level) {
  return level.size() == 4 && std::equal(level.begin(), level.end(), "none",
                                         [](char a, char b) { return (a | 0x20) == b; });
}

std::set<MemberId> members_named(const std::vector<std::string>* numbers) {
  std::set<MemberId> named;
  if (numbers == nullptr) return named;
  for (const std::string& text : *numbers) {
    named.insert(member(static_cast<int>(to_number(text).value_or(0))));
  }
  return named;
}

MemberOptions options_of(const Command& command) {
  MemberOptions options;
  options.configuration.voters = members_named(command.values_of("voters"));
  options.configuration.learners = members_named(command.values_of("learners"));
  const Index index{command.number_of({"index"})};
  if (index != Index{}) options.base = {Term{1}, index};
  options.pre_vote = command.is_set("prevote");
  options.check_quorum = command.is_set("checkquorum");
  options.lease_reads = command.value_of("read-only").value_or("safe").starts_with("lease");
  options.async_storage = command.is_set("async-storage-writes");
  options.in_flight_max = command.number_of({"inflight", options.in_flight_max});
  options.election_ticks = command.number_of({"election-tick", options.election_ticks});
  options.heartbeat_ticks = command.number_of({"heartbeat-tick", options.heartbeat_ticks});
  options.committed_size_max =
      command.number_of({"max-committed-size-per-ready", options.committed_size_max});
  return options;
}

}  // namespace

const std::map<std::string, ScriptedGroup::Handler>& ScriptedGroup::handlers() {
  static const std::map<std::string, Handler> handlers = {
      {"add-nodes", &ScriptedGroup::add_nodes},
      {"campaign", &ScriptedGroup::campaign},
      {"compact", &ScriptedGroup::compact},
      {"deliver-msgs", &ScriptedGroup::deliver},
      {"forget-leader", &ScriptedGroup::forget_leader},
      {"log-level", &ScriptedGroup::log_level},
      {"process-append-thread", &ScriptedGroup::process_append},
      {"process-apply-thread", &ScriptedGroup::process_apply},
      {"process-ready", &ScriptedGroup::process_ready},
      {"propose", &ScriptedGroup::propose},
      {"raft-log", &ScriptedGroup::raft_log},
      {"raft-state", &ScriptedGroup::raft_state},
      {"report-unreachable", &ScriptedGroup::report_unreachable},
      {"send-snapshot", &ScriptedGroup::send_snapshot},
      {"set-randomized-election-timeout", &ScriptedGroup::set_election_timeout},
      {"stabilize", &ScriptedGroup::stabilize},
      {"status", &ScriptedGroup::status},
      {"tick", &ScriptedGroup::tick},
      {"tick-election", &ScriptedGroup::tick},
      {"tick-heartbeat", &ScriptedGroup::tick},
      {"transfer-leadership", &ScriptedGroup::transfer},
  };
  return handlers;
}

Executed ScriptedGroup::execute(const Command& command, Facts& facts) {
  if (command.name == "_breakpoint") return done();
  const auto handler = handlers().find(command.name);
  if (handler == handlers().end()) {
    return {Executed::Outcome::unknown, "there is nothing like it here"};
  }
  Executed executed = (this->*handler->second)(command, facts);
  for (const auto& each : members_) {
    if (each->is_forgetful()) facts.forgetful.insert(each->number());
  }
  return executed;
}

ScriptedMember* ScriptedGroup::find(int number) {
  const bool known = number >= 1 && number <= static_cast<int>(members_.size());
  return known ? members_[static_cast<std::size_t>(number - 1)].get() : nullptr;
}

std::vector<ScriptedMember*> ScriptedGroup::named(const Command& command) {
  std::vector<ScriptedMember*> chosen;
  for (const int number : command.numbers()) {
    if (ScriptedMember* const each = find(number)) chosen.push_back(each);
  }
  if (!command.numbers().empty()) return chosen;
  for (const auto& each : members_) chosen.push_back(each.get());
  return chosen;
}

const ScriptedMember* ScriptedGroup::leader() const {
  const ScriptedMember* leader = nullptr;
  for (const auto& each : members_) {
    if (!each->raft().leads()) continue;
    if (leader == nullptr || each->raft().term() > leader->raft().term()) leader = each.get();
  }
  return leader;
}

const ScriptedMember& ScriptedGroup::furthest() const {
  const auto reach = [](const auto& each) {
    return std::pair(each->raft().committed().index, each->raft().log().last());
  };
  return **std::max_element(members_.begin(), members_.end(),
                            [&](const auto& a, const auto& b) { return reach(a) < reach(b); });
}

void ScriptedGroup::elect() {
  const core::Configuration configuration = furthest().raft().configurations().in_force();
  ScriptedMember* best = nullptr;
  for (const auto& each : members_) {
    if (!configuration.voters.contains(member(each->number()))) continue;
    const bool better = best == nullptr || each->raft().log().last() > best->raft().log().last();
    if (better) best = each.get();
  }
  if (best == nullptr) return;
  Facts unseen;
  best->campaign();
  stabilize(Command{}, unseen);
}

Executed ScriptedGroup::add_nodes(const Command& command, Facts&) {
  queues_changes_ = queues_changes_ || command.is_set("disable-conf-change-validation");
  MemberOptions options = options_of(command);
  const auto counts = command.numbers();
  for (int count = counts.empty() ? 0 : counts.front(); count > 0; --count) {
    options.number = static_cast<int>(members_.size()) + 1;
    members_.push_back(std::make_unique<ScriptedMember>(options));
  }
  return done();
}

Executed ScriptedGroup::campaign(const Command& command, Facts&) {
  for (ScriptedMember* each : named(command)) each->campaign();
  return done();
}

Executed ScriptedGroup::compact(const Command& command, Facts& facts) {
  const auto numbers = command.numbers();
  if (numbers.size() != 2 || find(numbers[0]) == nullptr) return apart("its arguments");
  find(numbers[0])->compact(Index{static_cast<std::uint64_t>(numbers[1])});
  find(numbers[0])->show_log(facts);
  return done();
}

Executed ScriptedGroup::deliver(const Command& command, Facts& facts) {
  const auto type = command.value_of("type");
  std::vector<Delivery> deliveries;
  for (const Argument& argument : command.arguments) {
    const auto number = to_number(argument.key);
    if (argument.values.empty() && number) {
      deliveries.push_back({static_cast<int>(*number), type, false});
    }
    if (argument.key != "drop") continue;
    for (const std::string& value : argument.values) {
      deliveries.push_back({static_cast<int>(to_number(value).value_or(0)), type, true});
    }
  }
  for (const Delivery& delivery : deliveries) deliver_to(delivery, facts);
  return done();
}

void ScriptedGroup::deliver_to(const Delivery& delivery, Facts& facts) {
  std::vector<Travelling> taken;
  std::vector<Travelling> left;
  for (Travelling& message : network_) {
    const bool chosen = message.journey.to == delivery.to &&
                        (!delivery.type || message.shown.type == *delivery.type) &&
                        !(delivery.drop && message.stored);
    (chosen ? taken : left).push_back(std::move(message));
  }
  network_ = std::move(left);
  ScriptedMember* const receiver = find(delivery.to);
  for (const Travelling& message : taken) {
    if (!message.stored) (delivery.drop ? facts.dropped : facts.received).push_back(message.shown);
    if (!delivery.drop && receiver != nullptr) receiver->receive(message);
  }
}

bool ScriptedGroup::has_messages_for(int number) const {
  return std::any_of(network_.begin(), network_.end(),
                     [&](const Travelling& message) { return message.journey.to == number; });
}

bool ScriptedGroup::run_once(const Chosen& chosen, Facts& facts) {
  bool busy = false;
  for (ScriptedMember* each : chosen) {
    if (!each->has_ready()) continue;
    each->process_ready(facts, network_);
    busy = true;
  }
  for (ScriptedMember* each : chosen) {
    if (!has_messages_for(each->number())) continue;
    deliver_to({each->number(), std::nullopt, false}, facts);
    busy = true;
  }
  for (ScriptedMember* each : chosen) {
    busy = busy || each->has_append_work();
    while (each->has_append_work()) each->process_append(facts, network_);
  }
  operate();
  return busy || std::any_of(chosen.begin(), chosen.end(),
                             [](const ScriptedMember* each) { return each->has_ready(); });
}

Executed ScriptedGroup::stabilize(const Command& command, Facts& facts) {
  const auto chosen = named(command);
  constexpr int rounds_max = 1000;
  constexpr int heartbeats_max = 5;
  int heartbeats = 0;
  for (int round = 0; round < rounds_max; ++round) {
    if (run_once(chosen, facts)) continue;
    const auto waiting = std::find_if(chosen.begin(), chosen.end(), [](const ScriptedMember* each) {
      return each->has_members_to_catch_up();
    });
    if (!time_passes_ || waiting == chosen.end() || ++heartbeats > heartbeats_max) {
      const auto level = command.value_of("log-level");
      facts.quiet = facts.quiet || (level && is_none(*level));
      return done();
    }
    (*waiting)->tick();
  }
  return apart("it does not become stable here");
}

Executed ScriptedGroup::process_ready(const Command& command, Facts& facts) {
  for (ScriptedMember* each : named(command)) each->process_ready(facts, network_);
  operate();
  return done();
}

Executed ScriptedGroup::process_append(const Command& command, Facts& facts) {
  for (ScriptedMember* each : named(command)) each->process_append(facts, network_);
  return done();
}

Executed ScriptedGroup::process_apply(const Command&, Facts&) {
  return done();  // what is committed is applied when it is handed over
}

Executed ScriptedGroup::propose(const Command& command, Facts& facts) {
  const auto numbers = command.numbers();
  if (numbers.empty() || command.arguments.size() != 2 || find(numbers.front()) == nullptr) {
    return apart("its arguments");
  }
  ScriptedMember& proposer = *find(numbers.front());
  facts.proposal_dropped = !proposer.propose(command.arguments[1].key);
  const auto& leader = proposer.raft().leader();
  if (facts.proposal_dropped && leader && *leader != member(proposer.number())) {
    return apart("a follower's proposals reach the leader outside of the Raft core");
  }
  return done();
}

Executed ScriptedGroup::log_level(const Command& command, Facts&) {
  quiet_ = !command.arguments.empty() && is_none(command.arguments.front().key);
  return done();
}

Executed ScriptedGroup::raft_log(const Command& command, Facts& facts) {
  for (ScriptedMember* each : named(command)) each->show_log(facts);
  return done();
}

Executed ScriptedGroup::raft_state(const Command&, Facts& facts) {
  for (const auto& each : members_) each->show_standing(facts);
  return done();
}

Executed ScriptedGroup::status(const Command& command, Facts& facts) {
  for (ScriptedMember* each : named(command)) each->show_progress(facts);
  return done();
}

Executed ScriptedGroup::set_election_timeout(const Command& command, Facts&) {
  for (ScriptedMember* each : named(command)) {
    each->set_election_ticks(command.number_of({"timeout"}));
  }
  return done();
}

Executed ScriptedGroup::tick(const Command& command, Facts&) {
  const auto numbers = command.numbers();
  if (numbers.empty() || find(numbers.front()) == nullptr) return apart("its arguments");
  ScriptedMember& who = *find(numbers.front());
  std::uint64_t ticks =
      command.name == "tick-election" ? who.election_ticks() : who.heartbeat_ticks();
  if (command.name == "tick")
    ticks = numbers.size() > 1 ? static_cast<std::uint64_t>(numbers[1]) : 1;
  for (; ticks > 0; --ticks) who.tick();
  return done();
}

Executed ScriptedGroup::forget_leader(const Command& command, Facts&) {
  for (ScriptedMember* each : named(command)) each->forget_leader();
  return done();
}

Executed ScriptedGroup::report_unreachable(const Command& command, Facts&) {
  const auto numbers = command.numbers();
  if (numbers.size() != 2 || find(numbers[0]) == nullptr) return apart("its arguments");
  find(numbers[0])->lose_bond_with(numbers[1]);
  return done();
}

Executed ScriptedGroup::send_snapshot(const Command& command, Facts& facts) {
  const auto numbers = command.numbers();
  if (numbers.size() != 2 || find(numbers[0]) == nullptr) return apart("its arguments");
  network_.push_back(find(numbers[0])->snapshot_for(numbers[1]));
  facts.received.push_back(network_.back().shown);  // as the script shows it: under no heading
  return done();
}

Executed ScriptedGroup::transfer(const Command& command, Facts&) {
  const int from = static_cast<int>(command.number_of({"from"}));
  const int to = static_cast<int>(command.number_of({"to"}));
  if (find(from) == nullptr || find(to) == nullptr) return apart("its arguments");
  if (!time_passes_ || find(from)->raft().leads()) {
    return find(from)->transfer_to(to) ? done() : apart("the core does not transfer leadership");
  }
  // The change that the script is in the middle of has removed the leader here: whom the others
  // elect hands over.
  if (leader() == nullptr) elect();
  if (leader() == nullptr) return apart("nobody leads here");
  const bool leads = find(to)->raft().leads();
  return leads || find(leader()->number())->transfer_to(to)
             ? done()
             : apart("the core does not transfer leadership");
}

Executed ScriptedGroup::propose_change(const Command& command, std::string_view input) {
  const auto numbers = command.numbers();
  auto changes = parse_changes(input);
  if (numbers.empty() || find(numbers.front()) == nullptr || !changes)
    return apart("its arguments");
  // A follower hands it to its leader; here an operator does.
  const ScriptedMember* const asked = find(numbers.front());
  const ScriptedMember* const leads = asked->raft().leads() ? asked : leader();
  if (leads == nullptr) return done();
  const core::Raft& proposer = leads->raft();
  const bool under_way = proposer.configurations().in_force_since() > proposer.committed().index;
  // There it leaves an empty entry that changes nothing; here nobody asks for it.
  const bool refused = changes->empty() != stays_joint_ || !wanted_.empty();
  if ((under_way || refused) && !queues_changes_) return done();
  const bool explicit_way_out = command.value_of("transition").value_or("auto") == "explicit";
  stays_joint_ = !changes->empty() && explicit_way_out;
  WantedChange wanted;
  wanted.proposer = leads->number();
  wanted.changes = std::move(*changes);
  wanted_.push_back(std::move(wanted));
  operate();
  return done();
}

bool ScriptedGroup::propose(const WantedChange& wanted) {
  ScriptedMember& proposer = *find(wanted.proposer);
  // The core goes through joint configurations by itself, and out of them.
  if (wanted.changes.empty()) return true;
  const core::Configuration& current = proposer.raft().configurations().in_force();
  const core::Configuration settled = current.joint() ? current.after_joint() : current;
  return proposer.propose(changed(settled, wanted.changes));
}

void ScriptedGroup::operate() {
  while (!wanted_.empty() && propose(wanted_.front())) wanted_.pop_front();
}

}  // namespace tessera::raft_scripts
