#include "fenced_members.h"

#include <atomic>
#include <set>
#include <thread>

/// Weak and strong queries, also across leader changes and from a leader that is cut off.
namespace tessera::tests {
namespace {

using Reads = FencedMembers;

TEST_F(Reads, M08_ACutOffOldLeaderRefusesStrongReadsAndAnswersWeakOnes) {
  const std::string old = leader_among({"a", "b", "c"});
  const std::int64_t before = write(at(old));
  fence(old).raise();
  // It does not know yet that it is alone: its links are up, and it was the leader just now.
  std::vector<std::future<Answer<Journal>>> reads;
  EXPECT_EQ(at(old).status().role, Role::leader);
  reads.push_back(at(old).query(Journal::Look{}, Consistency::strong, use_future));
  const std::string next = leader_among(all_but(old));
  const std::int64_t after = write(at(next));
  EXPECT_GT(after, before);
  for (int count = 0; count < 10; ++count) {
    reads.push_back(at(old).query(Journal::Look{}, Consistency::strong, use_future));
    EXPECT_EQ(summary(at(old), Consistency::weak).sum, before);
  }
  EXPECT_EQ(summary(at(next), Consistency::strong).sum, after);
  const auto offline = make_error_code(Errc::offline);
  for (auto& read : reads) EXPECT_EQ(error_of(std::move(read)), offline);
  EXPECT_NE(at(old).status().role, Role::leader) << "a leader that hears of nobody steps down";

  fence(old).lower();
  wait_online(at(old));
  EXPECT_GE(summary(at(old), Consistency::strong).sum, after);
}

TEST_F(Reads, M08_StrongOnesSeeEveryAcknowledgedCommandAcrossLeaderChanges) {
  constexpr int rounds = 6;
  std::atomic<std::int64_t> acknowledged = 0;
  std::atomic<bool> ended = false;
  std::atomic<int> stale = 0;
  std::map<std::string, std::atomic<int>> answered;
  for (const auto& [name, member] : members_) answered[name] = 0;

  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    for (std::size_t turn = 0; !ended; ++turn) {
      const std::string name(1, static_cast<char>('a' + turn % 3));
      auto answer = at(name).execute(Journal::Line{"line", 1}, use_future);
      try {
        acknowledged = std::max(acknowledged.load(), take(std::move(answer)).result);
      } catch (const boost::system::system_error&) {
      }
    }
  });
  for (const auto& [name, member] : members_) {
    threads.emplace_back([&, group = *member.group, &count = answered.at(name)] {
      while (!ended) {
        const std::int64_t known = acknowledged;
        auto answer = group.query(Journal::Look{}, Consistency::strong, use_future);
        try {
          if (take(std::move(answer)).result.sum < known) ++stale;
          ++count;
        } catch (const boost::system::system_error&) {
        }
      }
    });
  }
  for (int round = 0; round < rounds; ++round) {
    const std::string old = leader_among({"a", "b", "c"});
    fence(old).raise();
    const std::string next = leader_among(all_but(old));
    // All three read on until the new leader has acknowledged more.
    const std::int64_t known = acknowledged;
    EXPECT_TRUE(comes_true([&] { return acknowledged > known; }));
    fence(old).lower();
    const int reads = answered.at(old);
    EXPECT_TRUE(comes_true([&] { return answered.at(old) > reads + 10; })) << old;
  }
  ended = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stale, 0);
  for (const auto& [name, count] : answered) EXPECT_GT(count, 10 * rounds / 3) << name;
}

}  // namespace
}  // namespace tessera::tests
