#include <tessera/conformance/broken.h>
#include <tessera/conformance/kit/stage.h>
#include <tessera/conformance/liveness.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>

namespace tessera::conformance {

using sim::Operation;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// Quiet, sound and small: whatever is to go wrong, the check says. No member takes another's
/// place.
sim::Swarm plain_swarm(const Subject& subject, const Stage::Options& options) {
  // A member that lacks a few commands is sent them; one that lacks more needs a session.
  constexpr std::size_t inline_commands = 8;
  constexpr std::size_t around_command = 64;
  sim::Swarm swarm;
  swarm.seed = options.seed;
  swarm.nodes = options.founders + options.joiners;
  swarm.founders =
      options.joiners == 0 ? sim::Swarm::Founders::all : sim::Swarm::Founders::all_but_some;
  swarm.joiners = options.joiners;
  swarm.group.heartbeat = milliseconds{50};
  swarm.group.election_timeout = milliseconds{500};
  swarm.group.election_jitter = milliseconds{500};
  swarm.group.inline_catch_up = inline_commands * (subject.command(1).size() + around_command);
  swarm.group.committee_target = static_cast<std::uint32_t>(options.founders);
  swarm.group.replace_after = std::chrono::hours{1};
  swarm.operation_timeout = seconds{8};
  if (options.adjust) options.adjust(swarm);
  return swarm;
}

/// Who plays: members with `subject`'s machine, each with its own diary. All three must outlive the
/// world.
sim::Cast cast_of(const Subject& subject, CommandNumbers& numbers, std::vector<Diary>& diaries) {
  sim::Cast cast;
  cast.make_machine = [&](std::size_t node, const sim::Chronicle& chronicle) {
    auto member =
        std::make_shared<Member>(Member::Parts{subject.make(), diaries[node], numbers, chronicle});
    return sim::MachineParts{member, member, member};
  };
  cast.make_model = [&] { return make_model(subject, numbers); };
  cast.make_command = [&](std::uint64_t id, std::uint64_t /*length*/) { return numbers.make(id); };
  return cast;
}

void judge(const std::vector<Diary>& diaries) {
  for (std::size_t index = 0; index < diaries.size(); ++index) {
    for (const std::string& wrong : diaries[index].wrongs) {
      throw sim::Broken({"the strategy of member " + std::to_string(index), wrong});
    }
  }
}

}  // namespace

void play(const Subject& subject, const sim::Swarm& swarm) {
  CommandNumbers numbers(subject);
  std::vector<Diary> diaries(swarm.nodes);
  sim::World world(sim::Schedule::draw(swarm), sim::Trace::Detail::hash,
                   cast_of(subject, numbers, diaries));
  world.run();
  judge(diaries);
}

Stage::Stage(const Subject& subject, const Options& options)
    : numbers_(subject),
      diaries_(options.founders + options.joiners),
      founders_(options.founders),
      world_({plain_swarm(subject, options), {}}, sim::Trace::Detail::hash,
             cast_of(subject, numbers_, diaries_)) {}

void Stage::found() {
  for (std::size_t index = 0; index < founders_; ++index) start(index);
  demand("the group is founded", seconds{30}, [this] {
    for (std::size_t index = 0; index < founders_; ++index) {
      if (!status(index).online || status(index).configuration.voters.size() != founders_) {
        return false;
      }
    }
    return true;
  });
}

void Stage::fill(std::size_t count, std::size_t node) {
  constexpr std::size_t at_once = 64;
  std::vector<std::size_t> calls;
  for (std::size_t made = 0; made < count; ++made) {
    calls.push_back(world_.clients().call(Operation::Kind::execute, node));
    if (calls.size() < at_once && made + 1 < count) continue;
    demand("commands are executed", seconds{30}, [&] {
      return std::all_of(calls.begin(), calls.end(), [this](std::size_t call) {
        return world_.clients().operation(call).succeeded();
      });
    });
    calls.clear();
  }
}

void Stage::load(std::size_t node) {
  loading_ = true;
  call_again(node);
}

void Stage::call_again(std::size_t node) {
  constexpr std::size_t pending_max = 64;
  if (!loading_) return;
  if (world_.node(node).up() && world_.clients().pending() < pending_max) {
    world_.clients().call(Operation::Kind::execute, node);
  }
  world_.queue().after(milliseconds{3}, [this, node] { call_again(node); });
}

void Stage::prune() {
  for (const auto kind : {sim::WishEvent::Kind::snapshot, sim::WishEvent::Kind::prune}) {
    for (const auto& each : world_.nodes()) {
      if (!each->up()) continue;
      sim::WishEvent wish;
      wish.kind = kind;
      wish.node = each->index();
      world_.happen({Duration{}, wish});
    }
    world_.run_for(seconds{1});
  }
}

std::size_t Stage::leader() {
  std::optional<std::size_t> found;
  demand("somebody leads", seconds{20}, [&] {
    found.reset();
    Term newest;
    for (const auto& each : world_.nodes()) {
      const core::Status& seen = each->status();
      if (!each->up() || seen.role != core::Role::leader || seen.term < newest) continue;
      newest = seen.term;
      found = each->index();
    }
    return found.has_value();
  });
  return *found;
}

std::size_t Stage::follower() {
  const std::size_t leads = leader();
  std::size_t chosen = 0;
  while (chosen == leads || !node(chosen).up()) ++chosen;
  return chosen;
}

void Stage::cut(std::size_t left, std::size_t right) {
  world_.network().block({{left, right}, {right, left}});
}

void Stage::isolate(std::size_t index) {
  for (const auto& other : world_.nodes()) {
    if (other->index() != index) cut(index, other->index());
  }
}

void Stage::tamper(std::size_t index, const Change& change) {
  if (!change) return node(index).plant({});
  node(index).plant([change](const sim::Node&, core::Effects& effects) {
    for (core::Send& send : effects.sends) {
      if (auto* sync = std::get_if<core::SyncMessage>(&send.message)) change(sync->payload);
    }
    std::erase_if(effects.sends, [](const core::Send& send) {
      const auto* sync = std::get_if<core::SyncMessage>(&send.message);
      return sync != nullptr && sync->payload.empty();
    });
  });
}

bool Stage::caught_up(std::size_t index) {
  const core::Status& seen = status(index);
  const Index last = world_.chronicle().last();
  return node(index).up() && seen.online && !seen.session && seen.applied.index == last &&
         node(index).tape() == world_.chronicle().tape_at(last);
}

void Stage::demand_caught_up(std::size_t index, Duration within) {
  demand("member " + std::to_string(index) + " has caught up", within,
         [&] { return caught_up(index); });
}

void Stage::demand(std::string_view what, Duration within, const std::function<bool()>& condition) {
  if (world_.run_until(now() + within, condition)) return judge_diaries();
  judge_diaries();
  const auto limit = std::chrono::duration_cast<milliseconds>(within).count();
  throw sim::Broken({"not within " + std::to_string(limit) + " ms", std::string(what) + picture()});
}

bool Stage::step_until(Duration within, const std::function<bool()>& condition) {
  const TimePoint deadline = now() + within;
  while (!condition()) {
    if (now() >= deadline || !world_.queue().run_one()) return false;
  }
  return true;
}

void Stage::require_scene(bool holds, std::string_view what) {
  if (!holds) throw sim::Broken({"the scene did not come about", std::string(what) + picture()});
}

void Stage::demand_recovery() {
  end_load();
  world_.network().become_good();
  for (const auto& each : world_.nodes()) {
    each->plant({});
    if (!each->up()) start(each->index());
  }
  sim::Liveness(world_).run();
  judge_diaries();
}

void Stage::judge_diaries() const { judge(diaries_); }

std::string Stage::picture() {
  std::ostringstream text;
  text << "; committed " << world_.chronicle().cursor_at(world_.chronicle().last());
  for (const auto& each : world_.nodes()) {
    if (!each->up()) continue;
    const core::Status& seen = each->status();
    const Diary& noted = diaries_[each->index()];
    text << "\n  member " << each->index() << (seen.role == core::Role::leader ? ", leads" : "")
         << (seen.online ? ", online" : "") << ": log " << seen.base << ".." << seen.last
         << ", applied " << seen.applied << "; " << noted.sessions << " sessions opened, "
         << noted.finished << " done, " << noted.received << " messages received, " << noted.sent
         << " sent";
    if (seen.session) {
      text << "; syncs to " << seen.session->target;
      if (!seen.session->last_failure.empty()) {
        text << ", the last one failed: " << seen.session->last_failure;
      }
    }
    if (seen.problem) text << "; problem: " << seen.problem->message();
  }
  return text.str();
}

}  // namespace tessera::conformance
