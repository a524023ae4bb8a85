#include "stores_under_test.h"

namespace tessera::storage::testing {
namespace {

class NodeRecordsTest : public EveryStore {
 protected:
  NodeRecords& records() { return store->node_records(); }
};

TEST_P(NodeRecordsTest, WhatWasNeverKeptIsNotFound) {
  const auto kept = records().kept("addresses");
  ASSERT_FALSE(kept.has_value());
  EXPECT_TRUE(kept.error().is(Errc::not_found)) << kept.error().message();
}

TEST_P(NodeRecordsTest, TheLatestUnderANameIsKeptAndOthersStay) {
  ASSERT_TRUE(records().keep("addresses", Bytes::copy("old")).has_value());
  ASSERT_TRUE(records().keep("other", Bytes::copy("stays")).has_value());
  ASSERT_TRUE(records().keep("addresses", Bytes::copy("new")).has_value());
  store.reopen();
  const auto kept = records().kept("addresses");
  ASSERT_TRUE(kept.has_value()) << kept.error().message();
  EXPECT_EQ(kept->text(), "new");
  const auto other = records().kept("other");
  ASSERT_TRUE(other.has_value()) << other.error().message();
  EXPECT_EQ(other->text(), "stays");
}

TEST_P(NodeRecordsTest, RecordsAreNoGroups) {
  ASSERT_TRUE(records().keep("addresses", Bytes::copy("here")).has_value());
  store.reopen();
  const auto groups = store.log().groups();
  ASSERT_TRUE(groups.has_value()) << groups.error().message();
  EXPECT_TRUE(groups->empty());
}

INSTANTIATE_TEST_SUITE_P(Stores, NodeRecordsTest, ::testing::Values(Kind::memory, Kind::rocks),
                         name_of_kind);

}  // namespace
}  // namespace tessera::storage::testing
