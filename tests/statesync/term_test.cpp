#include "fake_log.h"
#include <tessera/primitives/codec.h>
#include <tessera/statesync/log_replay/term_ledger.h>

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace tessera::tests {
namespace {

using log_replay::TermLedger;
using log_replay::TermRuns;

PeerId peer(unsigned number) {
  UniqueId::Array bytes{};
  bytes[0] = static_cast<std::uint8_t>(number);
  return PeerId(UniqueId(bytes));
}

FakeLog log_of(const LogShape& shape) {
  FakeLog log;
  extend(log, shape);
  return log;
}

TermRuns runs_of(const LogShape& shape) {
  return TermRuns::of(log_of(shape), {Index(0), Index(1000)});
}

TEST(TermRuns, GiveTheTermOfEveryEntryDescribed) {
  const FakeLog log = log_of({{1, 3, 4}, 10, 0});
  const TermRuns runs = TermRuns::of(log, {Index(5), Index(22)});
  EXPECT_EQ(runs.first(), Index(5));
  EXPECT_EQ(runs.last(), Index(22));
  for (Index at(5); at <= Index(22); ++at) EXPECT_EQ(runs.term_at(at), log.term_at(at));
  EXPECT_FALSE(runs.term_at(Index(4)));
  EXPECT_FALSE(runs.term_at(Index(23)));
}

TEST(TermRuns, ReachFromTheBaseToTheEndOfTheLogAtMost) {
  FakeLog log = log_of({{1, 3}, 10, 0});
  log.prune_upto(Index(7));
  const TermRuns runs = TermRuns::of(log, {Index(0), Index(99)});
  EXPECT_EQ(runs.first(), Index(7));
  EXPECT_EQ(runs.term_at(Index(7)), Term(1));
  EXPECT_EQ(runs.last(), Index(20));
}

TEST(TermRuns, AreEmptyWhereTheLogHoldsNothingOfIt) {
  EXPECT_TRUE(TermRuns::of(log_of({{1}, 10, 0}), {Index(11), Index(20)}).empty());
  EXPECT_TRUE(TermRuns::of(log_of({{1}, 10, 0}), {Index(5), Index(4)}).empty());
}

TEST(TermRuns, LeaveTheEndOutWhereThereAreTooMany) {
  FakeLog log;
  for (std::uint64_t term = 1; term <= TermRuns::runs_max + 100; ++term) {
    log.append(next_entry(log, Term(term)));
  }
  const TermRuns runs = TermRuns::of(log, {Index(1), log.last().index});
  EXPECT_EQ(runs.last(), Index(TermRuns::runs_max));
  EXPECT_TRUE(runs.well_formed());
}

TEST(TermRuns, ContradictEachOtherIfTheyDifferAboutOneEntry) {
  const TermRuns runs = runs_of({{1, 3, 4}, 10, 0});
  EXPECT_FALSE(runs.contradicts(runs));
  EXPECT_FALSE(runs.contradicts(runs_of({{1, 3}, 10, 0})));
  EXPECT_FALSE(runs.contradicts({}));
  EXPECT_TRUE(runs.contradicts(runs_of({{1, 3}, 11, 0})));
  EXPECT_TRUE(runs.contradicts(runs_of({{1, 3, 5}, 10, 0})));
  FakeLog other = log_of({{1, 3, 4}, 10, 0});
  other.truncate_from(Index(30));
  other.append(next_entry(other, Term(6)));
  EXPECT_TRUE(runs.contradicts(TermRuns::of(other, {Index(1), Index(30)})));
  EXPECT_FALSE(runs.contradicts(TermRuns::of(other, {Index(1), Index(29)})));
}

TEST(TermRuns, FromElsewhereAreCheckedForWhatNoLogHas) {
  const auto decoded = [](std::uint64_t first, const std::vector<Cursor>& ends) {
    return *decode<TermRuns>(encode(std::pair(Index(first), ends)));
  };
  EXPECT_TRUE(decoded(1, {}).well_formed());
  EXPECT_TRUE(decoded(1, {{Term(1), Index(1)}, {Term(2), Index(3)}}).well_formed());
  EXPECT_FALSE(decoded(2, {{Term(1), Index(1)}}).well_formed());
  EXPECT_FALSE(decoded(1, {{Term(2), Index(1)}, {Term(2), Index(3)}}).well_formed());
  EXPECT_FALSE(decoded(1, {{Term(1), Index(3)}, {Term(2), Index(3)}}).well_formed());
}

TEST(TermLedger, BelievesWhatNobodyContradicts) {
  TermLedger ledger;
  ledger.state(peer(1), runs_of({{1}, 10, 0}));
  ledger.state(peer(2), runs_of({{1, 3}, 10, 0}));
  EXPECT_TRUE(ledger.settle(std::nullopt));
  EXPECT_FALSE(ledger.settle(std::nullopt));
  EXPECT_EQ(ledger.term_at(Index(15)), Term(3));
  EXPECT_EQ(ledger.known_until(Index(1)), Index(20));
  EXPECT_EQ(ledger.known_until(Index(21)), Index(20));
}

TEST(TermLedger, BelievesTheLeaderAgainstAnyNumber) {
  TermLedger ledger;
  ledger.state(peer(1), runs_of({{1, 4}, 10, 0}));
  for (unsigned number : {2U, 3U, 4U}) ledger.state(peer(number), runs_of({{1, 3}, 10, 0}));
  ledger.settle(peer(1));
  EXPECT_EQ(ledger.term_at(Index(15)), Term(4));
  EXPECT_FALSE(ledger.doubts(peer(1)));
  EXPECT_TRUE(ledger.doubts(peer(3)));
  EXPECT_FALSE(ledger.disputed());
}

TEST(TermLedger, BelievesTheLargerSideWithoutTheLeader) {
  TermLedger ledger;
  ledger.state(peer(1), runs_of({{1, 4}, 10, 0}));
  ledger.state(peer(2), runs_of({{1, 3}, 10, 0}));
  ledger.state(peer(3), runs_of({{1, 3}, 10, 0}));
  ledger.settle(peer(9));
  EXPECT_EQ(ledger.term_at(Index(15)), Term(3));
  EXPECT_TRUE(ledger.doubts(peer(1)));
}

TEST(TermLedger, BelievesNeitherOfTwo) {
  TermLedger ledger;
  ledger.state(peer(1), runs_of({{1, 4}, 10, 0}));
  ledger.state(peer(2), runs_of({{1, 3}, 10, 0}));
  ledger.settle(std::nullopt);
  EXPECT_TRUE(ledger.disputed());
  EXPECT_FALSE(ledger.term_at(Index(15)));
  ledger.forget(peer(2));
  ledger.settle(std::nullopt);
  EXPECT_FALSE(ledger.disputed());
  EXPECT_EQ(ledger.term_at(Index(15)), Term(4));
}

TEST(TermLedger, JoinsWhatSeveralKnow) {
  const FakeLog log = log_of({{1, 3, 4}, 10, 0});
  TermLedger ledger;
  ledger.state(peer(1), TermRuns::of(log, {Index(1), Index(12)}));
  ledger.state(peer(2), TermRuns::of(log, {Index(13), Index(20)}));
  ledger.state(peer(3), TermRuns::of(log, {Index(25), Index(30)}));
  ledger.settle(peer(1));
  EXPECT_EQ(ledger.known_until(Index(1)), Index(20));
  EXPECT_EQ(ledger.first_known(Index(5)), Index(5));
  EXPECT_EQ(ledger.first_known(Index(21)), Index(25));
  EXPECT_FALSE(ledger.first_known(Index(31)));
}

}  // namespace
}  // namespace tessera::tests
