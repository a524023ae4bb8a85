#include <tessera/groups/core/witness/witness.h>
#include <tessera/primitives/hash.h>

#include <gtest/gtest.h>

#include <string>

namespace tessera::core {
namespace {

MemberId store(const std::string& peer, const std::string& storage) {
  return {PeerId(UniqueId::from(peer)), StorageId(UniqueId::from(storage))};
}

TEST(Witness, KeepsTheHighestOfEachPart) {
  Witness witness;
  witness.remember({store("p", "s"), 3, Term(5), Index(10)});
  witness.remember({store("p", "s"), 4, Term(2), Index(7)});
  witness.remember({store("p", "s"), 1, Term(1), Index(12)});
  const auto known = witness.of(store("p", "s").peer);
  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known.front(), (StoreMemory{store("p", "s"), 4, Term(5), Index(12)}));
}

TEST(Witness, TellsTheStoresOfOnePeerApart) {
  Witness witness;
  witness.remember({store("p", "old"), 9, Term(9), Index(9)});
  witness.remember({store("p", "new"), 1, Term(1), Index(1)});
  witness.remember({store("q", "s"), 1, Term(1), Index(1)});
  const auto known = witness.of(store("p", "").peer);
  ASSERT_EQ(known.size(), 2U);
  EXPECT_EQ(known.front().store, store("p", "new"));  // the latest first
}

TEST(Witness, TellsOnlyWhatIsNew) {
  Witness witness;
  witness.remember({store("p", "s"), 1, Term(1), Index(1)});
  witness.remember({store("q", "s"), 1, Term(1), Index(1)});
  const std::uint64_t before = witness.version();
  EXPECT_TRUE(witness.since(before).empty());
  witness.remember({store("q", "s"), 1, Term(1), Index(1)});
  EXPECT_EQ(witness.version(), before);
  witness.remember({store("q", "s"), 1, Term(2), Index(1)});
  ASSERT_EQ(witness.since(before).size(), 1U);
  EXPECT_EQ(witness.since(before).front().store, store("q", "s"));
}

TEST(Witness, IsTheSameAfterAStart) {
  Witness witness;
  witness.remember({store("p", "s"), 3, Term(5), Index(10)});
  witness.remember({store("q", "s"), 4, Term(6), Index(11)});
  const auto restored = Witness::restore(witness.encoded());
  ASSERT_TRUE(restored.has_value());
  EXPECT_EQ(restored->encoded(), witness.encoded());
  EXPECT_TRUE(Witness::restore({})->since(0).empty());
}

TEST(Witness, ADamagedRecordIsNamed) {
  const auto restored = Witness::restore(Bytes::copy("no record"));
  ASSERT_FALSE(restored.has_value());
  EXPECT_NE(restored.error().message().find("remembered of other stores"), std::string::npos);
}

TEST(Witness, RemembersABoundedNumberOfStores) {
  Witness witness;
  for (std::size_t at = 0; at < 2 * Witness::stores_max; ++at) {
    witness.remember({store("p" + std::to_string(at), "s"), 1, Term(1), Index(1)});
  }
  EXPECT_EQ(witness.since(0).size(), Witness::stores_max);
  const std::string last = "p" + std::to_string(2 * Witness::stores_max - 1);
  EXPECT_EQ(witness.of(store(last, "s").peer).size(), 1U);
  EXPECT_TRUE(witness.of(store("p0", "s").peer).empty());
}

TEST(Witness, AStoreIsStaleIfItStatesLessOfAnything) {
  const StoreMemory now{store("p", "s"), 3, Term(5), Index(10)};
  EXPECT_FALSE(states_less(now, now));
  EXPECT_FALSE(states_less(now, {now.store, 1, Term(1), Index(1)}));
  EXPECT_TRUE(states_less(now, {now.store, 4, Term(1), Index(1)}));
  EXPECT_TRUE(states_less(now, {now.store, 1, Term(6), Index(1)}));
  EXPECT_TRUE(states_less(now, {now.store, 1, Term(1), Index(11)}));
}

}  // namespace
}  // namespace tessera::core
