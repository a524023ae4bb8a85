#include "fake_group.h"
#include <tessera/statesync/snapshot_sync/verdicts.h>

#include <gtest/gtest.h>

/// What members say of their states, and what is agreed on.
namespace tessera::snapshot_sync {
namespace {

using tests::peer;

const Cursor here{Term(2), Index(50)};
const UniqueId one = UniqueId::from("one");
const UniqueId other = UniqueId::from("other");

TEST(Verdicts, WhereAllHoldTheSameNothingIsDisputed) {
  Verdicts verdicts;
  verdicts.claimed(here, peer(1), one);
  verdicts.claimed(here, peer(2), one);
  EXPECT_FALSE(verdicts.disputed(here));
}

TEST(Verdicts, WhereTheyDifferItIsUntilSomethingIsAgreedOn) {
  Verdicts verdicts;
  verdicts.claimed(here, peer(1), one);
  verdicts.claimed(here, peer(2), other);
  verdicts.claimed(here, peer(3), one);
  EXPECT_TRUE(verdicts.disputed(here));
  EXPECT_EQ(verdicts.claims(here).at(one), (std::set<PeerId>{peer(1), peer(3)}));
  verdicts.given({here, one});
  EXPECT_FALSE(verdicts.disputed(here));
  EXPECT_EQ(verdicts.at(here), one);
}

TEST(Verdicts, WhoSaysSomethingElseLaterIsBelievedThat) {
  Verdicts verdicts;
  verdicts.claimed(here, peer(1), one);
  verdicts.claimed(here, peer(2), other);
  verdicts.claimed(here, peer(2), one);
  EXPECT_FALSE(verdicts.disputed(here));
}

TEST(Verdicts, KeepOnlyTheHighestPositions) {
  Verdicts verdicts;
  const std::size_t count = Verdicts::positions_max + 1;
  for (std::uint64_t index = 1; index <= count; ++index) {
    verdicts.claimed({Term(1), Index(index)}, peer(1), one);
    verdicts.given({{Term(1), Index(index)}, one});
  }
  EXPECT_FALSE(verdicts.at({Term(1), Index(1)}));
  EXPECT_TRUE(verdicts.claims({Term(1), Index(1)}).empty());
  EXPECT_TRUE(verdicts.at({Term(1), Index(count)}));
}

TEST(Verdicts, TravelInMarkers) {
  const auto back = Verdict::from(Verdict{here, one}.marker());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->position, here);
  EXPECT_EQ(back->root, one);
  EXPECT_FALSE(Verdict::from(Bytes::copy("another strategy's marker")));
  const Bytes marker = Verdict{here, one}.marker();
  EXPECT_FALSE(Verdict::from(marker.slice({0, marker.size() - 1})));
}

}  // namespace
}  // namespace tessera::snapshot_sync
