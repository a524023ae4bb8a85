#include "world.h"
#include <tessera/runtime/internal/edge_queue.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>

/// `when()` and `watch()`.
namespace tessera::tests {
namespace {

using namespace std::chrono_literals;
using boost::system::error_code;
constexpr auto aborted = boost::asio::error::operation_aborted;
using Waits = std::vector<std::future<void>>;

bool none_ready(const Waits& waits) {
  return std::all_of(waits.begin(), waits.end(), [](const std::future<void>& wait) {
    return wait.wait_for(0s) == std::future_status::timeout;
  });
}

void all_come(Waits waits) {
  for (auto& wait : waits) take(std::move(wait));
}

class Conditional : public testing::TestWithParam<unsigned> {
 protected:
  World world_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Threads, Conditional, testing::Values(1U, 2U));

TEST_P(Conditional, M09_EachFiresOnItsEdgeForSeveralWaiters) {
  world_.start("a");
  const auto a = world_.join("a");
  const PeerId self = world_["a"].local_id();
  take(a.when().offline(use_future));  // holds already
  Waits online, elected, changed, applied, members, caught_up;
  for (int waiter = 0; waiter < 3; ++waiter) {
    online.push_back(a.when().online(use_future));
    elected.push_back(a.when().leader_elected(use_future));
    changed.push_back(a.when().leader_changed(use_future));
    applied.push_back(a.when().applied({Term{1}, Index{2}}, use_future));
    members.push_back(a.when().members(3, use_future));
    caught_up.push_back(a.when().caught_up(use_future));
  }
  for (const auto* waits : {&online, &elected, &changed, &applied, &members, &caught_up}) {
    EXPECT_TRUE(none_ready(*waits));
  }

  world_.start("b", world_.at("a"));
  world_.start("c", world_.at("a"));
  std::map<PeerId, JournalGroup> groups{{self, a}};
  groups.emplace(world_["b"].local_id(), world_.join("b"));
  groups.emplace(world_["c"].local_id(), world_.join("c"));
  for (auto* waits : {&online, &elected, &changed, &applied, &members, &caught_up}) {
    all_come(std::move(*waits));
  }

  const PeerId leader = *a.leader();
  const JournalGroup& led = groups.at(leader);
  take(led.when().is_leader(use_future));
  take(led.when().leader_is(leader, use_future));
  for (const auto& [peer, group] : groups) {
    if (peer != leader) take(group.when().is_follower(use_future));
    take(group.when().online(use_future));  // again, after it has fired
  }
}

TEST_P(Conditional, PositionsAreWaitedFor) {
  world_.start("a");
  const auto a = world_.join("a", "alone", Genesis::expect(1));
  const Cursor now = take(a.execute(Journal::Line{"none", 1}, use_future)).position;
  const Cursor later{now.term, now.index + 2};
  Waits waits;
  waits.push_back(a.when().applied(later, use_future));
  waits.push_back(a.when().committed(later, use_future));
  take(a.execute(Journal::Line{"one", 1}, use_future));
  EXPECT_TRUE(none_ready(waits));
  take(a.execute(Journal::Line{"two", 1}, use_future));
  all_come(std::move(waits));
}

TEST_P(Conditional, M09_ALostLeaderMakesOfflineAndAnotherOneLeads) {
  world_.start("a");
  world_.start("b", world_.at("a"));
  world_.start("c", world_.at("a"));
  std::map<PeerId, std::string> names;
  std::map<std::string, JournalGroup> groups;
  for (const std::string name : {"a", "b", "c"}) {
    names[world_[name].local_id()] = name;
    groups.emplace(name, world_.join(name));
  }
  for (const auto& [name, group] : groups) wait_online(group);
  const std::string leader = names.at(*groups.at("a").leader());
  groups.erase(leader);
  Waits changed, offline;
  for (const auto& [name, group] : groups) {
    changed.push_back(group.when().leader_changed(use_future));
    offline.push_back(group.when().offline(use_future));
  }
  world_.stop(leader);
  all_come(std::move(offline));
  all_come(std::move(changed));
  for (const auto& [name, group] : groups) wait_online(group);
  EXPECT_NE(names.at(*groups.begin()->second.leader()), leader);
}

TEST_P(Conditional, M09_NothingHangsWhenTheGroupEnds) {
  world_.start("a");
  const auto a = world_.join("a");
  Waits waits;
  waits.push_back(a.when().online(use_future));
  waits.push_back(a.when().leader_elected(use_future));
  waits.push_back(a.when().leader_changed(use_future));
  waits.push_back(a.when().leader_is(world_["a"].local_id(), use_future));
  waits.push_back(a.when().is_leader(use_future));
  waits.push_back(a.when().is_follower(use_future));
  waits.push_back(a.when().committed({Term{1}, Index{9}}, use_future));
  waits.push_back(a.when().applied({Term{1}, Index{9}}, use_future));
  waits.push_back(a.when().members(3, use_future));
  waits.push_back(a.when().caught_up(use_future));
  EXPECT_TRUE(none_ready(waits));
  take(a.close(use_future));
  for (auto& wait : waits) EXPECT_EQ(error_of(std::move(wait)), aborted);
  EXPECT_EQ(error_of(a.when().online(use_future)), aborted);
}

TEST_P(Conditional, AWaitIsCancelledThroughItsSlot) {
  world_.start("a");
  const auto a = world_.join("a");
  boost::asio::cancellation_signal signal;
  std::promise<error_code> ended;
  const auto handler = [&](error_code error) { ended.set_value(error); };
  a.when().online(boost::asio::bind_cancellation_slot(signal.slot(), handler));
  signal.emit(boost::asio::cancellation_type::all);
  EXPECT_EQ(take(ended.get_future()), aborted);
}

TEST_P(Conditional, BadSettingsAreTheErrorOfOnline) {
  world_.start("a");
  GroupSettings settings;
  settings.election_timeout = settings.heartbeat;
  const auto a = world_["a"]
                     .group(key_of("k"))
                     .genesis(Genesis::expect(1))
                     .settings(settings)
                     .state_machine(Journal())
                     .join();
  EXPECT_EQ(error_of(a.when().online(use_future)), make_error_code(Errc::invalid_argument));
  EXPECT_TRUE(names_problem(a, "election"));
}

boost::asio::awaitable<std::vector<Edge::Kind>> kinds_until(Watch watch, Edge::Kind last) {
  std::vector<Edge::Kind> kinds;
  while (kinds.empty() || kinds.back() != last) {
    const Edge edge = co_await watch.next();
    kinds.push_back(edge.kind);
  }
  co_return kinds;
}

bool contains(const std::vector<Edge::Kind>& kinds, Edge::Kind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

TEST_P(Conditional, AWatchTellsEveryChangeUntilTheGroupCloses) {
  world_.start("a");
  world_.start("b", world_.at("a"));
  const auto a = world_.join("a", "pair", Genesis::expect(2));
  const Watch watch = a.watch();
  const auto b = world_.join("b", "pair", Genesis::expect(2));  // nothing happens to `a` before
  const auto up = world_.run(kinds_until(watch, Edge::Kind::online));
  EXPECT_EQ(up.front(), Edge::Kind::started);
  EXPECT_TRUE(contains(up, Edge::Kind::leader));
  EXPECT_TRUE(contains(up, Edge::Kind::role));
  EXPECT_TRUE(contains(up, Edge::Kind::members));
  take(a.close(use_future));
  const auto down = world_.run(kinds_until(watch, Edge::Kind::closed));
  EXPECT_TRUE(contains(down, Edge::Kind::offline));
  EXPECT_EQ(error_of(watch.next(use_future)), aborted);
}

TEST_P(Conditional, AWatchOfAClosedGroupEnds) {
  world_.start("a");
  const auto a = world_.join("a");
  take(a.close(use_future));
  const Watch watch = a.watch();
  const auto kinds = world_.run(kinds_until(watch, Edge::Kind::closed));
  EXPECT_EQ(kinds, (std::vector{Edge::Kind::started, Edge::Kind::closed}));
}

TEST_P(Conditional, OnlyOneTakesTheNextChange) {
  world_.start("a");
  const auto a = world_.join("a");
  const Watch watch = a.watch();
  take(watch.next(use_future));
  auto first = watch.next(use_future);
  EXPECT_EQ(error_of(watch.next(use_future)), boost::asio::error::already_started);
  take(a.close(use_future));
  take(std::move(first));
}

/// A watch of a status that the test makes up.
class Overflowing : public testing::Test {
 protected:
  /// The status with another leader each time.
  void change() {
    status_.core.leader = status_.core.leader ? std::nullopt : std::optional(MemberId{});
    queue_->saw(status_);
  }
  Edge next() {
    std::optional<Edge> taken;
    EXPECT_TRUE(queue_->take([&](error_code error, Edge edge) {
      EXPECT_FALSE(error);
      taken = std::move(edge);
    }));
    return taken.value();
  }

  shell::MemberStatus status_;
  std::shared_ptr<runtime::EdgeQueue> queue_ = std::make_shared<runtime::EdgeQueue>();
};

TEST_F(Overflowing, OneMissedStandsForWhatWasNotTaken) {
  for (std::size_t edge = 0; edge < Watch::waiting_max + 10; ++edge) change();
  EXPECT_EQ(next().kind, Edge::Kind::started);
  for (std::size_t edge = 1; edge < Watch::waiting_max; ++edge) {
    EXPECT_EQ(next().kind, Edge::Kind::leader);
  }
  status_.core.term = Term{7};
  change();
  const Edge missed = next();
  EXPECT_EQ(missed.kind, Edge::Kind::missed);
  EXPECT_EQ(missed.missed, 11U);
  EXPECT_EQ(missed.status.term, Term{7});
  change();
  EXPECT_EQ(next().kind, Edge::Kind::leader);
}

TEST_F(Overflowing, TheEndIsNotMissed) {
  for (std::size_t edge = 0; edge < Watch::waiting_max; ++edge) change();
  status_.closed = true;
  change();
  for (std::size_t edge = 0; edge < Watch::waiting_max; ++edge) next();
  const Edge missed = next();
  EXPECT_EQ(missed.kind, Edge::Kind::missed);
  EXPECT_TRUE(missed.status.closed);
  error_code ended;
  queue_->take([&](error_code error, const Edge&) { ended = error; });
  EXPECT_EQ(ended, aborted);
}

}  // namespace
}  // namespace tessera::tests
