#include <tessera/conformance/broken.h>
#include <tessera/conformance/liveness.h>
#include <tessera/conformance/message_names.h>
#include <tessera/conformance/world.h>

#include <algorithm>
#include <sstream>
#include <vector>

namespace tessera::sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

Duration Liveness::timeout() const {
  const GroupSettings& group = world_.swarm().group;
  return group.election_timeout + group.election_jitter;
}

void Liveness::run() {
  // Links need a moment to stand again, and a group that was never founded is founded now.
  const bool founded = world_.chronicle().last() > Index{};
  // Where few client sessions may exist, those of the dead must first have made room.
  const bool scarce = scarce_sessions();
  const Duration links = seconds{3} + (scarce ? world_.swarm().group.session_ttl * 2 : Duration{});
  // And the living must have left some: as long as its client lives, a session is kept.
  if (scarce) world_.clients().close_named();
  if (!founded) demand("the group is founded", seconds{30}, [this] { return one_leader(); });
  world_.run_for(links);
  demand("a fresh write and a strong read succeed", timeout() * 10,
         [this] { return write_and_read(); });
  const Duration sessions = world_.swarm().group.stall_after * 3 + seconds{5};
  demand("all members converge", timeout() * 10 + sessions, [this] { return converged(); });
  demand_answers();
  serve_every_node();
  demand_answers();
  demand("all members converge again", timeout() * 10 + sessions, [this] { return converged(); });
  if (!world_.swarm().leader_goes_deaf || scarce_sessions()) return;
  survive_a_deaf_leader();
  demand("all members converge after it", timeout() * 10 + sessions + seconds{3},
         [this] { return converged(); });
}

std::optional<std::size_t> Liveness::expendable_leader() const {
  const auto& nodes = world_.nodes();
  const auto leader = std::find_if(nodes.begin(), nodes.end(), [](const auto& node) {
    return node->up() && node->status().role == core::Role::leader;
  });
  if (leader == nodes.end()) return std::nullopt;
  const core::Configuration& configuration = (*leader)->status().configuration;
  std::size_t others = 0;
  bool may_lead = false;
  for (const auto& node : nodes) {
    if (node == *leader || !node->up() || !configuration.is_voter(node->status().self)) continue;
    ++others;
    may_lead = may_lead || !node->options().leadership.observes();
  }
  if (configuration.joint() || !may_lead || others <= configuration.voters.size() / 2) {
    return std::nullopt;
  }
  return (*leader)->index();
}

void Liveness::survive_a_deaf_leader() {
  const auto deaf = expendable_leader();
  if (!deaf) return;
  world_.deafen(*deaf);
  std::optional<std::size_t> write;
  std::size_t turn = *deaf;
  demand("a fresh write succeeds without a leader that hears nobody", timeout() * 10, [&] {
    if (write && !world_.clients().operation(*write).done) return false;
    if (write && world_.clients().operation(*write).succeeded()) return true;
    do {
      turn = (turn + 1) % world_.nodes().size();
    } while (turn == *deaf || !world_.node(turn).up());
    write = world_.clients().call(Operation::Kind::execute, turn);
    return false;
  });
  world_.heal();
  demand_answers();
}

void Liveness::demand(std::string_view what, Duration within,
                      const std::function<bool()>& condition) {
  if (world_.run_until(world_.queue().now() + within, condition)) return;
  throw Broken({"liveness", "not in time: " + std::string(what) + picture()});
}

void Liveness::demand_answers() {
  demand("no call is left unanswered", world_.swarm().operation_timeout + seconds{2},
         [this] { return world_.clients().pending() + world_.stewards().pending() == 0; });
}

bool Liveness::write_and_read() {
  Clients& clients = world_.clients();
  const auto again = [&](std::size_t& attempt, Operation::Kind kind) {
    if (attempt != 0 && !clients.operation(attempt - 1).done) return false;
    if (attempt != 0 && clients.operation(attempt - 1).succeeded()) return true;
    attempt = clients.call(kind, who_answers(attempt)) + 1;
    return false;
  };
  written_ = written_ || again(write_, Operation::Kind::execute);
  has_read_ = has_read_ || again(read_, Operation::Kind::strong_read);
  return written_ && has_read_ && one_leader();
}

std::size_t Liveness::who_answers(std::size_t turn) const {
  const auto& nodes = world_.nodes();
  std::size_t chosen = turn % nodes.size();
  while (!nodes[chosen]->up()) chosen = (chosen + 1) % nodes.size();
  for (std::size_t step = 0; step < nodes.size(); ++step) {
    const std::size_t node = (chosen + step) % nodes.size();
    const core::Status& status = nodes[node]->status();
    // Whoever has failed to catch up waits before it tries again, for seconds if it failed often;
    // that it does is demanded of all members afterwards.
    const bool has_failed = status.last_session && !status.last_session->failure.empty();
    const bool waits = has_failed && status.applied.index < world_.chronicle().last();
    const bool lags = status.session && !status.configuration.is_voter(status.self);
    if (nodes[node]->up() && !lags && !waits) return node;
  }
  return chosen;
}

bool Liveness::scarce_sessions() const {
  return world_.swarm().group.sessions_max < world_.swarm().nodes * 4;
}

bool Liveness::one_leader() const {
  return std::count_if(world_.nodes().begin(), world_.nodes().end(), [](const auto& node) {
           return node->up() && node->status().role == core::Role::leader;
         }) == 1;
}

bool Liveness::converged() const {
  if (!one_leader()) return false;
  const Cursor last = world_.chronicle().cursor_at(world_.chronicle().last());
  return std::all_of(world_.nodes().begin(), world_.nodes().end(), [&](const auto& node) {
    if (!node->up()) return true;
    const core::Status& status = node->status();
    return status.applied == last && status.committed == last && status.last == last &&
           status.online && !status.session && status.leader &&
           node->tape() == world_.chronicle().tape_at(last.index);
  });
}

void Liveness::serve_every_node() {
  Clients& clients = world_.clients();
  std::vector<std::size_t> calls;
  for (const auto& node : world_.nodes()) {
    if (!node->up()) continue;
    calls.push_back(clients.call(Operation::Kind::execute, node->index()));
    calls.push_back(clients.call(Operation::Kind::strong_read, node->index()));
  }
  demand("every member serves its callers", timeout() * 10, [&] {
    for (std::size_t& call : calls) {
      const Operation& operation = clients.operation(call);
      // Where a session has room for one outcome, what was given up before stands in the way, a
      // round trip for each: whoever is told that it was not done calls again. So does a reader
      // while whose call was under way the state was found to be another than the group's.
      const bool again = operation.done && !operation.succeeded() &&
                         (operation.reply->error->is(Errc::not_committed) ||
                          operation.reply->error->is(Errc::diverged));
      if (again) call = clients.call(operation.kind, operation.node);
    }
    return std::all_of(calls.begin(), calls.end(),
                       [&](std::size_t call) { return clients.operation(call).done; });
  });
  for (const std::size_t call : calls) {
    const Operation& operation = clients.operation(call);
    // A member may be installing a snapshot just now, which may hold the command's effect.
    if (operation.succeeded() || operation.reply->error->is(Errc::unknown_outcome)) continue;
    // Where no session is free it is refused one, or waits in vain until the next attempt.
    const Error& error = *operation.reply->error;
    if (scarce_sessions() && (error.is(Errc::would_block) || error.is(Errc::offline))) continue;
    throw Broken({"liveness", "node " + std::to_string(operation.node) + " refuses a call: " +
                                  operation.reply->error->message() + picture()});
  }
}

std::string Liveness::picture() const {
  std::ostringstream text;
  text << "; committed " << world_.chronicle().cursor_at(world_.chronicle().last())
       << ", calls pending " << world_.clients().pending();
  for (const auto& node : world_.nodes()) {
    const core::Status& status = node->status();
    text << "\n  node " << node->index() << ": " << (node->up() ? name_of(status.role) : "down")
         << " term " << status.term << " log " << status.base << ".." << status.last
         << " committed " << status.committed << " applied " << status.applied
         << (status.online ? " online" : "");
    text << " genesis " << status.genesis << " voters " << status.configuration.voters.size()
         << " learners " << status.configuration.learners.size() << " bonds "
         << status.bonds.size();
    if (status.session) {
      text << " session to " << status.session->target << ", last failure '"
           << status.session->last_failure << "'";
    }
    if (status.problem) text << " problem: " << status.problem->message();
  }
  return text.str();
}

}  // namespace tessera::sim
