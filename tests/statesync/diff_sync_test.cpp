#include "fake_group.h"
#include "shop.h"
#include <tessera/primitives/codec.h>
#include <tessera/statesync/adapter.h>
#include <tessera/statesync/diff_sync.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <variant>

/// Sessions and providers of diff sync among members whose logs no longer reach back.
namespace tessera::tests {
namespace {

using diff_sync::Message;
using diff_sync::Portion;

constexpr std::uint64_t row_count = 8'000;
constexpr std::size_t state_bytes = row_count * 256;

/// Members 1 to 3 hold all rows and nothing of the log, member 1 leads; member 4 lags.
class DiffSyncGroup : public testing::Test {
 protected:
  DiffSyncGroup() {
    for (unsigned number = 1; number <= 4; ++number) {
      machines_[number] = std::make_unique<MachineAdapter<Shop>>(Shop{});
      group_.add(number);
      write(number, {0, row_count, 1});
    }
    group_.leader = peer(1);
    stand_at(4, old_);
  }

  Member& member(unsigned number) { return group_.at(peer(number)); }
  Member& joiner() { return member(4); }
  const Shop& shop(unsigned number) { return machines_.at(number)->machine(); }

  void write(unsigned number, const Shop::Write& write) {
    ASSERT_TRUE(machines_.at(number)->apply(encode(write), ApplyContext({})));
  }
  void write_all(const Shop::Write& each) {
    for (unsigned number = 1; number <= 3; ++number) write(number, each);
  }
  void stand_at(unsigned number, const Cursor& position) {
    Member& at = member(number);
    at.log.reset(position);
    at.committed = at.applied = position;
    at.run(*machines_.at(number));
  }
  /// The three are where they are, and can also serve a snapshot of that.
  void serve() {
    for (unsigned number = 1; number <= 3; ++number) {
      stand_at(number, newest_);
      member(number).snapshots.take(*machines_.at(number),
                                    member(number).provider_context().anchor());
    }
  }
  /// Another command is applied by a member of the three.
  void advance(unsigned number, const Shop::Write& next) {
    write(number, next);
    Member& at = member(number);
    at.applied = at.committed = {at.applied.term, at.applied.index + 1};
  }

  void open() { joiner().open_session({newest_, newest_.index, {}}); }
  bool finish() {
    return group_.run_until([&] { return joiner().done || joiner().failed; },
                            std::chrono::seconds{60});
  }
  std::size_t sent() {
    std::size_t bytes = 0;
    for (unsigned number = 1; number <= 4; ++number) bytes += member(number).bytes_sent;
    return bytes;
  }
  void expect_equal_to(unsigned number) {
    EXPECT_TRUE(joiner().done) << joiner().failed.value_or("nothing came of it");
    EXPECT_EQ(joiner().installed, 1U);
    EXPECT_EQ(joiner().applied, member(number).applied);
    EXPECT_EQ(shop(4).all(), shop(number).all());
  }

  /// `see` is shown the portions that member `number` sends, and may change them.
  template <class See>
  void look_at_portions(unsigned number, See see) {
    member(number).distort = [see](const Bytes& encoded) {
      auto message = decode<Message>(encoded);
      auto* portion = message ? std::get_if<Portion>(&*message) : nullptr;
      if (portion == nullptr) return std::optional<Bytes>(encoded);
      see(*portion);
      return std::optional<Bytes>(encode(*message));
    };
  }

  const Cursor old_{Term(2), Index(100)};
  const Cursor newest_{Term(3), Index(900)};
  FakeGroup group_{5};
  std::map<unsigned, std::unique_ptr<MachineAdapter<Shop>>> machines_;
};

TEST_F(DiffSyncGroup, OnlyWhatWasChangedTravels) {
  write_all({0, 80, 2});
  write_all({40, 80, 3});
  write_all({7'990, 10, 0});
  serve();
  open();
  ASSERT_TRUE(finish());
  expect_equal_to(2);
  EXPECT_EQ(joiner().done, newest_);
  // 130 changes: each key once.
  EXPECT_GT(sent(), 120U * 256U);
  EXPECT_LT(sent(), 120U * 256U * 5U / 4U);
  EXPECT_EQ(member(1).bytes_sent + member(3).bytes_sent + joiner().bytes_sent,
            sent() - member(2).bytes_sent);
  EXPECT_LT(member(1).bytes_sent, 1000U) << "the leader has a group to serve";
}

TEST_F(DiffSyncGroup, WhatWasInstalledIsTheSnapshotThatTheOthersWouldTake) {
  write_all({0, 80, 2});
  write_all({100, 10, 0});
  serve();
  open();
  ASSERT_TRUE(finish());
  const auto own = joiner().snapshots.newest();
  const auto others = member(2).snapshots.newest();
  ASSERT_TRUE(own && others);
  EXPECT_EQ(own->contents, others->contents);
  EXPECT_EQ(own->parts, others->parts);
}

TEST_F(DiffSyncGroup, AMessageIsNoLargerThanAPortion) {
  // More than a portion within one update.
  write_all({0, 1'000, 2});
  serve();
  std::size_t portions = 0;
  std::size_t most = 0;
  look_at_portions(2, [&](Portion& portion) {
    ++portions;
    most = std::max(most, portion.changes.size());
  });
  open();
  ASSERT_TRUE(finish());
  expect_equal_to(2);
  EXPECT_GT(portions, 15U);
  EXPECT_LE(most, 16U << 10U);
}

TEST_F(DiffSyncGroup, WhereTheHistoryDoesNotReachASnapshotIsFetched) {
  for (std::uint64_t update = 0; update < 600; ++update) write_all({update % 5, 1, 2 + update});
  serve();
  std::size_t portions = 0;
  look_at_portions(2, [&](Portion&) { ++portions; });
  open();
  ASSERT_TRUE(finish());
  expect_equal_to(2);
  EXPECT_EQ(portions, 0U);
}

TEST_F(DiffSyncGroup, MoreThanMayBeKeptInMemoryIsFetchedAsASnapshot) {
  write_all({0, 5'000, 2});
  serve();
  open();
  ASSERT_TRUE(finish());
  expect_equal_to(2);
  EXPECT_GT(sent(), 5'000U * 256U);
  EXPECT_EQ(joiner().progress.bytes_total, joiner().progress.bytes_done);
  EXPECT_GT(joiner().progress.bytes_total, state_bytes) << "of the snapshot";
}

TEST_F(DiffSyncGroup, TheLogIsFetchedWhereItCostsLess) {
  write_all({0, 1'000, 2});
  FakeLog log;
  extend(log, {{3}, 950, 0});
  for (unsigned number = 1; number <= 3; ++number) {
    stand_at(number, log.last());
    member(number).log = log;
    member(number).log_bytes_behind = 5'000;
  }
  stand_at(4, log.at(Index(100))->entry.position);
  joiner().open_session({log.last(), log.last().index, {}});
  ASSERT_TRUE(finish());
  EXPECT_EQ(joiner().done, log.last());
  EXPECT_EQ(joiner().installed, 0U);
  EXPECT_EQ(joiner().appended, 850U);
}

TEST_F(DiffSyncGroup, ChangesThatAreMadeMeanwhileAreAmongThem) {
  write_all({0, 1'000, 2});
  serve();
  std::uint64_t portions = 0;
  look_at_portions(2, [&](Portion& portion) {
    ++portions;
    if (portion.at) return;
    // Of keys that have been sent and of such that have not.
    group_.after(std::chrono::microseconds{1}, [this, portions] {
      advance(2, {portions * 20, 30, 2 + portions});
      advance(2, {900 - portions, 5, 0});
    });
  });
  open();
  ASSERT_TRUE(finish());
  EXPECT_GT(portions, 15U);
  EXPECT_GT(joiner().applied, newest_);
  expect_equal_to(2);
}

TEST_F(DiffSyncGroup, NobodyWhoIsBehindTheLastSourceIsGoneOnWith) {
  write_all({500, 200, 2});
  write_all({0, 200, 3});
  serve();
  // Two rows that would have come late are written again, but member 3 does not know of it yet. It
  // would not send them: they were written before the place that has been reached.
  bool dead = false;
  look_at_portions(2, [&](Portion& portion) {
    if (portion.upto->id < UpdateId(3) || dead) return;
    dead = true;
    group_.after(std::chrono::milliseconds{20}, [this] { group_.kill(member(2)); });
  });
  advance(2, {500, 2, 9});
  advance(1, {500, 2, 9});
  std::size_t refused = 0;
  look_at_portions(3, [&](Portion& portion) {
    EXPECT_LT(portion.newest, UpdateId(4));
    ++refused;
  });
  open();
  ASSERT_TRUE(finish());
  EXPECT_TRUE(dead);
  EXPECT_GT(refused, 0U);
  expect_equal_to(1);
}

TEST_F(DiffSyncGroup, ASilentSourceIsPassedOver) {
  write_all({0, 500, 2});
  serve();
  member(2).distort = [](const Bytes& encoded) {
    const auto message = decode<Message>(encoded);
    const bool silent = message && std::holds_alternative<Portion>(*message);
    return silent ? std::nullopt : std::optional<Bytes>(encoded);
  };
  open();
  ASSERT_TRUE(finish());
  expect_equal_to(3);
  EXPECT_GT(member(3).bytes_sent, 500U * 256U);
}

TEST_F(DiffSyncGroup, IfAllFallSilentWithChangesASnapshotIsFetched) {
  write_all({0, 500, 2});
  serve();
  for (unsigned number = 1; number <= 3; ++number) {
    member(number).distort = [](const Bytes& encoded) {
      const auto message = decode<Message>(encoded);
      const bool silent = message && std::holds_alternative<Portion>(*message);
      return silent ? std::nullopt : std::optional<Bytes>(encoded);
    };
  }
  open();
  ASSERT_TRUE(finish());
  expect_equal_to(3);
}

TEST_F(DiffSyncGroup, ChangesThatDoNotBeginWhereTheyAreToAreRefusedAndTheirSenderNamed) {
  write_all({0, 500, 2});
  serve();
  std::size_t lies = 0;
  Bytes first;
  look_at_portions(2, [&](Portion& portion) {
    if (first.empty()) {
      first = portion.changes;
    } else if (lies++ == 0) {
      portion.changes = first;
    }
  });
  open();
  ASSERT_TRUE(finish());
  expect_equal_to(3);
  EXPECT_EQ(lies, 1U);
  ASSERT_EQ(joiner().warnings.size(), 1U);
  EXPECT_NE(joiner().warnings[0].find(peer(2).brief()), std::string::npos);
}

TEST_F(DiffSyncGroup, ChangesSurviveLossAndDuplication) {
  group_.weather.loss_permille = 100;
  group_.weather.duplication_permille = 100;
  write_all({0, 2'000, 2});
  serve();
  open();
  ASSERT_TRUE(finish());
  expect_equal_to(2);
  EXPECT_TRUE(joiner().warnings.empty());
}

TEST_F(DiffSyncGroup, AStateThatHasDivergedIsReplacedAndNotAmended) {
  write(4, {3, 1, 7});  // nobody else did
  write_all({0, 2, 2});
  serve();
  joiner().diverged = "said so";
  open();
  ASSERT_TRUE(finish());
  expect_equal_to(2);
  EXPECT_FALSE(joiner().diverged);
}

TEST(DiffSyncMessages, ThoseOfSnapshotSyncAreCarriedBehindAPrefix) {
  const snapshot_sync::Message inner(snapshot_sync::Gone{UniqueId::from("a root")});
  const Bytes whole = statesync::prefixed(diff_sync::snapshot_prefix(), encode(inner));
  EXPECT_EQ(whole, encode(Message(inner)));
}

}  // namespace
}  // namespace tessera::tests
