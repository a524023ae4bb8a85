#include "stores_under_test.h"
#include "whole_snapshot.h"

#include <string>
#include <vector>

namespace tessera::storage {
namespace {

using namespace testing;

using LogRules = EveryStore;
INSTANTIATE_TEST_SUITE_P(Stores, LogRules, ::testing::Values(Kind::memory, Kind::rocks),
                         name_of_kind);

TEST_P(LogRules, AnUnknownGroupIsAFreshRecordAndHoldsNothing) {
  const GroupRecord record = record_of(group);
  EXPECT_TRUE(record.storage.is_none());
  EXPECT_EQ(record.last, Cursor());
  EXPECT_TRUE(store.log().groups()->empty());
  EXPECT_TRUE(store.log().read(group, everything())->empty());
}

TEST_P(LogRules, EveryPartOfAWriteIsThereAfterReopening) {
  GroupWrite first = write_of(group, {});
  first.genesis = genesis_named("genesis");
  first.founding = Bytes::copy("founding record");
  first.witness = Bytes::copy("what is remembered");
  first.hard = HardState{Term(3), MemberId{peer_named("p"), storage_named("s")}, Index(2)};
  first.entries = commands({2, 1, 4});
  first.entries[1].kind = EntryKind::membership;
  first.entries[2].kind = EntryKind::settings;
  first.entries[3].position.term = Term(3);
  write(first);
  store.reopen();

  const GroupRecord record = record_of(group);
  EXPECT_EQ(record.storage, storage_named("storage"));
  EXPECT_EQ(record.genesis, genesis_named("genesis"));
  EXPECT_EQ(record.founding, Bytes::copy("founding record"));
  EXPECT_EQ(record.witness, Bytes::copy("what is remembered"));
  EXPECT_EQ(record.hard, *first.hard);
  EXPECT_EQ(record.base, Cursor());
  EXPECT_EQ(record.last, at(3, 4));
  EXPECT_EQ(record.runs, (std::vector<TermRun>{{Term(2), Index(1)}, {Term(3), Index(4)}}));
  EXPECT_EQ(record.landmarks, (std::vector<Landmark>{{EntryKind::membership, Index(2)},
                                                     {EntryKind::settings, Index(3)}}));
  EXPECT_FALSE(record.snapshot.has_value());
  EXPECT_EQ(all_entries(store.log(), group), first.entries);
  EXPECT_EQ(*store.log().groups(), std::vector<GroupId>{group});
}

TEST_P(LogRules, AbsentPartsStayAsTheyAre) {
  GroupWrite first = write_of(group, commands({1, 1, 2}));
  first.genesis = genesis_named("genesis");
  first.founding = Bytes::copy("founding");
  write(first);
  GroupWrite second;
  second.group = group;
  second.hard = HardState{Term(7), std::nullopt, Index(1)};
  write(second);
  store.reopen();
  const GroupRecord record = record_of(group);
  EXPECT_EQ(record.genesis, genesis_named("genesis"));
  EXPECT_EQ(record.founding, Bytes::copy("founding"));
  EXPECT_EQ(record.hard.term, Term(7));
  EXPECT_EQ(record.last, at(1, 2));
}

TEST_P(LogRules, OverwritingASuffixRemovesEverythingBehindIt) {
  write(write_of(group, commands({1, 1, 10})));
  write(write_of(group, commands({1, 11, 20})));
  write(write_of(group, commands({2, 7, 8})));
  EXPECT_EQ(record_of(group).last, at(2, 8));
  EXPECT_TRUE(store.log().read(group, {Index(9), Index(20), 1 << 20})->empty());
  write(write_of(group, commands({3, 4, 4})));
  write(write_of(group, commands({3, 5, 9})));
  store.reopen();
  auto expected = commands({1, 1, 3});
  for (const RawEntry& entry : commands({3, 4, 9})) {
    expected.push_back(entry);
  }
  EXPECT_EQ(all_entries(store.log(), group), expected);
  EXPECT_EQ(record_of(group).runs,
            (std::vector<TermRun>{{Term(1), Index(1)}, {Term(3), Index(4)}}));
}

TEST_P(LogRules, OverwritingRemovesLandmarksOfTheSuffix) {
  auto entries = commands({1, 1, 5});
  entries[1].kind = EntryKind::membership;
  entries[3].kind = EntryKind::membership;
  write(write_of(group, entries));
  write(write_of(group, commands({2, 3, 3})));
  EXPECT_EQ(record_of(group).landmarks, (std::vector<Landmark>{{EntryKind::membership, Index(2)}}));
}

TEST_P(LogRules, OverwritingTheWholeLogLeavesOnlyTheNewEntries) {
  write(write_of(group, commands({1, 1, 10})));
  write(write_of(group, commands({2, 1, 3})));
  store.reopen();
  EXPECT_EQ(all_entries(store.log(), group), commands({2, 1, 3}));
}

TEST_P(LogRules, SeveralWritesOfOneGroupInOneBatchTakeEffectInOrder) {
  GroupWrite pruning;
  pruning.group = group;
  pruning.prune = at(1, 2);
  write({write_of(group, commands({1, 1, 6})), write_of(group, commands({2, 4, 5})), pruning,
         write_of(group_named("other"), commands({1, 1, 1})),
         write_of(group, commands({3, 5, 7}))});
  store.reopen();
  std::vector<RawEntry> expected{commands({1, 3, 3})[0], commands({2, 4, 4})[0]};
  for (const RawEntry& entry : commands({3, 5, 7})) {
    expected.push_back(entry);
  }
  EXPECT_EQ(all_entries(store.log(), group), expected);
  EXPECT_EQ(all_entries(store.log(), group_named("other")), commands({1, 1, 1}));
}

TEST_P(LogRules, AResetDropsEveryEntryAndTheLogGoesOnBehindIt) {
  write(write_of(group, commands({1, 1, 10})));
  GroupWrite reset = write_of(group, commands({4, 101, 103}));
  reset.reset = at(3, 100);
  write(reset);
  store.reopen();
  const GroupRecord record = record_of(group);
  EXPECT_EQ(record.base, at(3, 100));
  EXPECT_EQ(all_entries(store.log(), group), commands({4, 101, 103}));
  EXPECT_TRUE(store.log().read(group, everything())->empty());

  GroupWrite back;  // a position below
  back.group = group;
  back.reset = at(3, 50);
  write(back);
  EXPECT_EQ(record_of(group).last, at(3, 50));
  write(write_of(group, commands({5, 51, 52})));
  store.reopen();
  EXPECT_EQ(all_entries(store.log(), group), commands({5, 51, 52}));
}

TEST_P(LogRules, APruneHidesEntriesAtOnceAndTheRestStays) {
  auto entries = commands({1, 1, 10});
  entries[2].kind = EntryKind::membership;
  entries[6].kind = EntryKind::settings;
  write(write_of(group, entries));
  GroupWrite pruning;
  pruning.group = group;
  pruning.prune = at(1, 5);
  write(pruning);
  EXPECT_TRUE(store.log().read(group, {Index(5), Index(10), 1 << 20})->empty());
  store.reopen();
  const GroupRecord record = record_of(group);
  EXPECT_EQ(record.base, at(1, 5));
  EXPECT_EQ(record.runs, (std::vector<TermRun>{{Term(1), Index(6)}}));
  EXPECT_EQ(record.landmarks, (std::vector<Landmark>{{EntryKind::settings, Index(7)}}));
  EXPECT_EQ(all_entries(store.log(), group),
            (std::vector<RawEntry>(entries.begin() + 5, entries.end())));

  pruning.prune = at(1, 3);  // already gone
  write(pruning);
  EXPECT_EQ(record_of(group).base, at(1, 5));
}

TEST_P(LogRules, PruningEverythingLeavesAnEmptyLogBehindItsLastEntry) {
  write(write_of(group, commands({1, 1, 10})));
  GroupWrite pruning;
  pruning.group = group;
  pruning.prune = at(1, 10);
  write(pruning);
  store.reopen();
  EXPECT_EQ(record_of(group).base, at(1, 10));
  EXPECT_EQ(record_of(group).last, at(1, 10));
  EXPECT_TRUE(record_of(group).runs.empty());
  write(write_of(group, commands({2, 11, 12})));
  store.reopen();
  EXPECT_EQ(all_entries(store.log(), group), commands({2, 11, 12}));
}

TEST_P(LogRules, OverwritingRightBehindTheBaseWorks) {
  write(write_of(group, commands({1, 1, 10})));
  GroupWrite pruning;
  pruning.group = group;
  pruning.prune = at(1, 5);
  write(pruning);
  write(write_of(group, commands({2, 6, 6})));
  store.reopen();
  EXPECT_EQ(all_entries(store.log(), group), commands({2, 6, 6}));
}

TEST_P(LogRules, AReadGivesAtLeastOneEntryAndThenNoMoreBytesThanAsked) {
  const auto entries = commands({1, 1, 10, 100});
  write(write_of(group, entries));
  const std::size_t two = entries[3].size() + entries[4].size();
  EXPECT_EQ(store.log().read(group, {Index(4), Index(10), two})->size(), 2u);
  EXPECT_EQ(store.log().read(group, {Index(4), Index(10), two - 1})->size(), 1u);
  EXPECT_EQ(store.log().read(group, {Index(4), Index(10), 0})->size(), 1u);
  EXPECT_EQ(store.log().read(group, {Index(4), Index(5), 1 << 20})->size(), 2u);
  EXPECT_EQ(store.log().read(group, {Index(4), Index(3), 1 << 20})->size(), 0u);
  EXPECT_EQ(store.log().read(group, {Index(11), Index(20), 1 << 20})->size(), 0u);
  EXPECT_EQ(store.log().read(group, {Index(0), Index(20), 1 << 20})->size(), 0u);
}

TEST_P(LogRules, LargeEntriesAndManySmallOnesComeBackAsTheyWere) {
  auto entries = commands({1, 1, 3000, 50});
  entries[500].data = Bytes(std::string(3 << 20, 'x'));
  entries[501].data = Bytes();
  entries[502].time = LogTime(INT64_MAX);
  entries[503].time = LogTime(INT64_MIN);
  entries[504].kind = static_cast<EntryKind>(200);  // of a later version
  write(write_of(group, entries));
  store.reopen();
  EXPECT_EQ(all_entries(store.log(), group), entries);
}

TEST_P(LogRules, ErasingAGroupLeavesNothingOfItAndNothingElseChanged) {
  write(write_of(group, commands({1, 1, 5})));
  write(write_of(group_named("other"), commands({1, 1, 5})));
  ASSERT_TRUE(put(store.snapshots(), group, SnapshotId(1), {at(1, 3), {}, {}}));
  ASSERT_TRUE(store.log().erase(group));
  store.reopen();
  EXPECT_TRUE(record_of(group).storage.is_none());
  EXPECT_TRUE(store.log().read(group, everything())->empty());
  EXPECT_TRUE(load(store.snapshots(), group, SnapshotId(1)).error().is(Errc::not_found));
  EXPECT_EQ(*store.log().groups(), std::vector<GroupId>{group_named("other")});
  EXPECT_EQ(all_entries(store.log(), group_named("other")), commands({1, 1, 5}));
}

using LogRulesDeathTest = EveryStore;
INSTANTIATE_TEST_SUITE_P(Stores, LogRulesDeathTest, ::testing::Values(Kind::memory, Kind::rocks),
                         name_of_kind);

TEST_P(LogRulesDeathTest, WritesThatContradictTheLogAreBugs) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  write(write_of(group, commands({2, 1, 5})));
  EXPECT_DEATH((void)store.log().write(std::vector{write_of(group, commands({2, 7, 7}))}), "gap");
  EXPECT_DEATH((void)store.log().write(std::vector{write_of(group, commands({1, 6, 6}))}), "fall");
  GroupWrite pruning;
  pruning.group = group;
  pruning.prune = at(2, 6);
  EXPECT_DEATH((void)store.log().write(std::vector{pruning}), "pruned");
  GroupWrite nameless;
  nameless.group = group_named("new");
  EXPECT_DEATH((void)store.log().write(std::vector{nameless}), "storage id");
}

}  // namespace
}  // namespace tessera::storage
