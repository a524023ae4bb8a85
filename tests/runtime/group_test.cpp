#include "world.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

/// `Group<M>` as a service uses it.
namespace tessera::tests {
namespace {

using namespace std::chrono_literals;
using boost::system::error_code;
constexpr auto aborted = boost::asio::error::operation_aborted;

/// The number of threads that run the io_context.
class Groups : public testing::TestWithParam<unsigned> {
 protected:
  /// Starts a, b and c, and joins them to the group.
  void start_three() {
    world_.start("a");
    world_.start("b", world_.at("a"));
    world_.start("c", world_.at("a"));
    for (const char* name : {"a", "b", "c"}) groups_.push_back(world_.join(name));
    for (const auto& group : groups_) wait_online(group);
  }
  JournalGroup alone() {
    world_.start("a");
    auto group = world_.join("a", "alone", Genesis::expect(1));
    wait_online(group);
    return group;
  }

  World world_{GetParam()};
  std::vector<JournalGroup> groups_;
};

INSTANTIATE_TEST_SUITE_P(Threads, Groups, testing::Values(1U, 2U));

boost::asio::awaitable<std::int64_t> quickstart(Network network) {
  auto group = network.group(GroupKey::from("a shared secret"))
                   .genesis(Genesis::expect(1))
                   .state_machine(Journal())
                   .join();
  co_await group.when().online();
  const Journal::Line line{"five", 5};
  const Journal::Look look;
  const auto applied = co_await group.execute(line);
  const auto read = co_await group.query(look, Consistency::strong);
  EXPECT_EQ(read.result.sum, applied.result);
  EXPECT_GE(read.position, applied.position);
  co_await group.close();
  co_return read.result.sum;
}

TEST_P(Groups, TheQuickstartCountsOnWhereItWas) {
  world_.start("a");
  EXPECT_EQ(world_.run(quickstart(world_["a"])), 5);
  world_.stop("a");
  world_.start("a");
  EXPECT_EQ(world_.run(quickstart(world_["a"])), 10);
  // In one network too: a closed group is joined again.
  EXPECT_EQ(world_.run(quickstart(world_["a"])), 15);
}

TEST_P(Groups, M06_EveryMemberExecutesAndAnswers) {
  start_three();
  std::int64_t sum = 0;
  Cursor last;
  for (int round = 0; round < 4; ++round) {
    for (const auto& group : groups_) {
      const Journal::Line line{"line " + std::to_string(sum), 1};
      const auto applied = take(group.execute(line, use_future));
      EXPECT_EQ(applied.result, ++sum);
      EXPECT_GT(applied.position, last);
      last = applied.position;
      for (const auto& other : groups_) EXPECT_EQ(summary(other, Consistency::strong).sum, sum);
    }
  }
  for (const auto& group : groups_) {
    take(group.when().applied(last, use_future));
    EXPECT_EQ(summary(group, Consistency::weak), summary(groups_[0], Consistency::weak));
    EXPECT_EQ(group.members().size(), 3U);
    EXPECT_EQ(group.leader(), groups_[0].leader());
    EXPECT_EQ(group.id(), groups_[0].id());
    EXPECT_FALSE(group.status().problem) << group.status().problem->message();
  }
}

TEST_P(Groups, M06_ManyCallersAtOnceAllSucceed) {
  start_three();
  std::vector<std::future<Applied<Journal>>> answers;
  for (int caller = 0; caller < 10; ++caller) {
    for (const auto& group : groups_) {
      answers.push_back(group.execute(Journal::Line{"line", 1}, use_future));
    }
  }
  std::int64_t highest = 0;
  for (auto& answer : answers) highest = std::max(highest, take(std::move(answer)).result);
  EXPECT_EQ(highest, 30);
}

TEST_P(Groups, M06_ManyCommandsAreAppliedInTheirOrder) {
  start_three();
  for (const auto& group : groups_) {
    std::vector<Journal::Line> lines;
    for (int line = 0; line < 200; ++line) lines.push_back({"line", 1});
    const std::int64_t before = summary(group, Consistency::strong).sum;
    const auto applied = take(group.execute_many(lines, use_future));
    ASSERT_EQ(applied.size(), lines.size());
    for (std::size_t at = 0; at < applied.size(); ++at) {
      EXPECT_EQ(applied[at].result, before + static_cast<std::int64_t>(at) + 1);
    }
  }
  EXPECT_TRUE(take(groups_[0].execute_many({}, use_future)).empty());
}

TEST_P(Groups, M07_FedCommandsGetTheirPosition) {
  start_three();
  for (const auto& group : groups_) {
    const Cursor position = take(group.feed(Journal::Line{"fed", 1}, use_future));
    take(group.when().applied(position, use_future));
    EXPECT_GE(group.applied(), position);
    EXPECT_GE(group.committed(), position);
  }
  EXPECT_EQ(summary(groups_[0], Consistency::strong).sum, 3);
}

TEST_P(Groups, CallbacksAreCalledOnTheExecutor) {
  const auto group = alone();
  std::promise<std::int64_t> answered;
  group.execute(Journal::Line{"line", 4}, [&](error_code error, const Applied<Journal>& applied) {
    EXPECT_FALSE(error);
    answered.set_value(applied.result);
  });
  EXPECT_EQ(take(answered.get_future()), 4);
}

TEST_P(Groups, TheLastHandleClosesTheMember) {
  std::future<Applied<Journal>> answer;
  {
    world_.start("a");
    const auto group = world_.join("a");  // waits for two others
    answer = group.execute(Journal::Line{"line", 1}, use_future);
  }
  EXPECT_EQ(error_of(std::move(answer)), make_error_code(Errc::group_closed));
}

TEST_P(Groups, HandlesThatOutliveTheirNetworkSayThatItIsClosed) {
  const auto group = alone();
  auto waits = group.when().members(2, use_future);
  world_.stop("a");
  EXPECT_EQ(error_of(std::move(waits)), aborted);
  const Journal::Line line{"line", 1};
  const auto closed = make_error_code(Errc::group_closed);
  EXPECT_EQ(error_of(group.execute(line, use_future)), closed);
  EXPECT_EQ(error_of(group.execute_many({line, line}, use_future)), closed);
  EXPECT_EQ(error_of(group.feed(line, use_future)), closed);
  EXPECT_EQ(error_of(group.query(Journal::Look{}, Consistency::weak, use_future)), closed);
  EXPECT_EQ(error_of(group.query(Journal::Look{}, Consistency::strong, use_future)), closed);
  EXPECT_EQ(error_of(group.when().online(use_future)), aborted);
  EXPECT_FALSE(error_of(group.close(use_future)));
  EXPECT_TRUE(group.status().closed);
  EXPECT_EQ(group.status().role, Role::stopped);
}

TEST_P(Groups, AGroupIsJoinedOnceWhateverTheNumberOfJoins) {
  const auto group = alone();
  const auto again = world_.join("a", "alone", Genesis::expect(1));
  take(again.execute(Journal::Line{"line", 2}, use_future));
  EXPECT_EQ(summary(group, Consistency::weak).sum, 2);
  EXPECT_EQ(summary(again, Consistency::weak).sum, 2);
}

TEST_P(Groups, ABuilderJoinsAgainWithAFreshMachine) {
  world_.start("a");
  auto builder =
      world_["a"].group(key_of("k")).genesis(Genesis::expect(1)).state_machine(Journal());
  for (std::int64_t sum = 1; sum <= 3; ++sum) {
    const auto group = builder.join();
    EXPECT_EQ(take(group.execute(Journal::Line{"line", 1}, use_future)).result, sum);
    take(group.close(use_future));
  }
}

class OtherJournal : public Journal {
 public:
  using StateSync = LogReplay<OtherJournal>;
  [[nodiscard]] StateSync state_sync() const { return {}; }
};

TEST_P(Groups, AnotherMachineTypeIsAMismatch) {
  const auto group = alone();
  const auto other = world_["a"].group(key_of("alone")).state_machine(OtherJournal()).join();
  const auto mismatch = make_error_code(Errc::machine_mismatch);
  EXPECT_EQ(error_of(other.when().online(use_future)), mismatch);
  EXPECT_EQ(error_of(other.execute(Journal::Line{"line", 1}, use_future)), mismatch);
  ASSERT_TRUE(other.status().problem);
  EXPECT_TRUE(other.status().problem->is(Errc::machine_mismatch));
  EXPECT_EQ(take(group.execute(Journal::Line{"line", 1}, use_future)).result, 1);
}

TEST_P(Groups, AMachineThatThrowsStopsItsMember) {
  const auto group = alone();
  const auto failed = make_error_code(Errc::machine_failed);
  const Journal::Line line{"throw", 1};
  // It is committed, and nobody knows what has become of it elsewhere.
  EXPECT_EQ(error_of(group.execute(line, use_future)), make_error_code(Errc::unknown_outcome));
  EXPECT_EQ(error_of(group.execute(line, use_future)), failed);
  EXPECT_EQ(error_of(group.when().committed({Term{9}, Index{900}}, use_future)), failed);
  EXPECT_EQ(error_of(group.query(Journal::Look{}, Consistency::weak, use_future)), failed);
  EXPECT_EQ(group.status().role, Role::stopped);
}

TEST_P(Groups, WhatIsTooLargeIsRefused) {
  const auto group = alone();
  const Journal::Line line{std::string(9U << 20U, 'x'), 1};
  EXPECT_EQ(error_of(group.execute(line, use_future)), make_error_code(Errc::too_large));
  EXPECT_EQ(summary(group, Consistency::strong).count, 0U);
}

TEST_P(Groups, AFullQueueFailsOnlyThoseWhoDoNotWait) {
  auto config = world_.config("a");
  config.limits.waiting_bytes_max = 1000;
  world_.start("a", config);
  const auto group = world_.join("a");  // waits for two others
  const auto hasty = group.on_full(OnFull::fail);
  const Journal::Line line{std::string(600, 'x'), 1};
  auto first = hasty.execute(line, use_future);
  EXPECT_EQ(error_of(hasty.execute(line, use_future)), make_error_code(Errc::would_block));
  auto waits = group.execute(line, use_future);
  world_.start("b", world_.at("a"));
  world_.start("c", world_.at("a"));
  const auto b = world_.join("b");
  const auto c = world_.join("c");
  EXPECT_EQ(take(std::move(first)).result, 1);
  EXPECT_EQ(take(std::move(waits)).result, 2);
}

TEST_P(Groups, WithoutALeaderAnOperationEndsInTime) {
  auto config = world_.config("a");
  config.operation_timeout = 100ms;
  world_.start("a", config);
  const auto group = world_.join("a");
  const Journal::Line line{"line", 1};
  const auto offline = make_error_code(Errc::offline);
  EXPECT_EQ(error_of(group.execute(line, use_future)), offline);
  EXPECT_EQ(error_of(group.query(Journal::Look{}, Consistency::strong, use_future)), offline);
}

TEST_P(Groups, ACommandThatHasNotLeftIsAborted) {
  world_.start("a");
  const auto group = world_.join("a");
  boost::asio::cancellation_signal signal;
  std::promise<error_code> ended;
  const auto handler = [&](error_code error, const Applied<Journal>&) { ended.set_value(error); };
  group.execute(Journal::Line{"line", 1},
                boost::asio::bind_cancellation_slot(signal.slot(), handler));
  signal.emit(boost::asio::cancellation_type::all);
  EXPECT_EQ(take(ended.get_future()), aborted);
}

TEST_P(Groups, DeadlinesEndOperationsOfEveryKind) {
  world_.start("a");
  const auto group = world_.join("a");
  const auto timed_out = make_error_code(Errc::timed_out);
  const Journal::Line line{"line", 1};
  EXPECT_EQ(error_of(group.when().online(within(5ms, use_future))), timed_out);
  EXPECT_EQ(error_of(group.execute(line, within(5ms, use_future))), timed_out);
  EXPECT_EQ(error_of(group.execute_many({line, line}, within(5ms, use_future))), timed_out);
  EXPECT_EQ(error_of(group.feed(line, within(5ms, use_future))), timed_out);
  EXPECT_EQ(error_of(group.query(Journal::Look{}, Consistency::strong, within(5ms, use_future))),
            timed_out);
  const auto watch = group.watch();
  take(watch.next(use_future));
  EXPECT_EQ(error_of(watch.next(within(5ms, use_future))), timed_out);
}

TEST_P(Groups, GroupsInMemoryAreGoneWithTheirNetwork) {
  auto config = world_.config("a");
  config.data_dir.clear();
  for (int round = 0; round < 2; ++round) {
    world_.start("a", config);
    const auto group = world_.join("a", "alone", Genesis::expect(1));
    EXPECT_EQ(take(group.execute(Journal::Line{"line", 1}, use_future)).result, 1);
  }
}

/// Without queries, neither copyable nor with a result.
class Silent {
 public:
  struct Command {
    template <class Archive>
    void serialize(Archive&) {}
  };
  using Result = std::monostate;
  using StateSync = LogReplay<Silent>;

  Silent() = default;
  Silent(Silent&&) = default;
  Silent& operator=(Silent&&) = default;

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/silent"); }
  [[nodiscard]] StateSync state_sync() const { return {}; }
  Result apply(const Command&, const ApplyContext&) { return {}; }

 private:
  std::unique_ptr<int> only_;
};

TEST_P(Groups, AMachineMayBeMovableOnlyAndSilent) {
  world_.start("a");
  const auto group = world_["a"]
                         .group(key_of("silent"))
                         .genesis(Genesis::expect(1))
                         .state_machine([] { return Silent(); })
                         .join();
  EXPECT_GT(take(group.execute(Silent::Command{}, use_future)).position, Cursor{});
}

}  // namespace
}  // namespace tessera::tests
