#include <tessera/groups/shell/internal/address_book.h>

#include <gtest/gtest.h>

namespace tessera::shell {
namespace {

using Seconds = AddressBook::Seconds;

PeerId peer(const std::string& name) { return PeerId(UniqueId::from(name)); }

constexpr Seconds now{1'700'000'000};

AddressNotice own(const std::string& address) { return {{address}, {}}; }
AddressNotice hearsay(const std::string& name, const std::string& address, Seconds age = {}) {
  return {{}, {{peer(name), {address}, age}}};
}

class AddressBookTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> known(const std::string& name) const {
    const auto records = book.records({peer(name)}, now);
    return records.empty() ? std::vector<std::string>{} : records.front().addresses;
  }
  AddressBook book{peer("self")};
};

using Names = std::vector<std::string>;

TEST_F(AddressBookTest, WhatIsNewIsReportedOnce) {
  const auto first = book.learn(peer("a"), own("a:1"), now);
  ASSERT_EQ(first.added.size(), 1U);
  EXPECT_EQ(first.added.front(), std::pair(peer("a"), std::string("a:1")));
  EXPECT_FALSE(book.learn(peer("a"), own("a:1"), now).any());
}

TEST_F(AddressBookTest, APeersOwnWordReplacesWhatWasKnown) {
  book.learn(peer("a"), own("a:1"), now);
  const auto moved = book.learn(peer("a"), own("a:2"), now);
  EXPECT_EQ(moved.removed, Names{"a:1"});
  EXPECT_EQ(known("a"), Names{"a:2"});
}

TEST_F(AddressBookTest, HearsayDoesNotReplaceWhatIsNewer) {
  book.learn(peer("a"), own("a:2"), now);
  EXPECT_FALSE(book.learn(peer("b"), hearsay("a", "a:1", Seconds(60)), now).any());
  EXPECT_EQ(known("a"), Names{"a:2"});
}

TEST_F(AddressBookTest, NobodyTeachesANodeItsOwnAddress) {
  EXPECT_FALSE(book.learn(peer("a"), hearsay("self", "evil:1"), now).any());
}

TEST_F(AddressBookTest, OneTellerFillsOnlyItsShare) {
  AddressNotice flood;
  for (int number = 0; number < 1000; ++number) {
    flood.others.push_back(
        {peer(std::to_string(number)), {"x:" + std::to_string(number)}, Seconds(0)});
  }
  book.learn(peer("a"), flood, now);
  EXPECT_EQ(book.records(now).size(), AddressBook::hearsay_max);
}

TEST_F(AddressBookTest, APeerHasBoundedAddresses) {
  AddressNotice many;
  for (int number = 0; number < 100; ++number) {
    many.own.push_back("a:" + std::to_string(number));
  }
  many.own.insert(many.own.begin(), std::string(1000, 'x'));
  book.learn(peer("a"), many, now);
  EXPECT_EQ(known("a"), (Names{"a:0", "a:1", "a:2", "a:3"}));
}

TEST_F(AddressBookTest, TheOldestGiveWayWhenItIsFull) {
  book.learn(peer("old"), own("old:1"), now - Seconds(1000));
  for (std::size_t number = 0; number < AddressBook::peers_max; ++number) {
    book.learn(peer(std::to_string(number)), own("x:" + std::to_string(number)), now);
  }
  EXPECT_EQ(book.records(now).size(), AddressBook::peers_max);
  EXPECT_TRUE(known("old").empty());
}

TEST_F(AddressBookTest, WhatNobodyConfirmsExpires) {
  book.learn(peer("a"), own("a:1"), now);
  book.learn(peer("b"), own("b:1"), now);
  book.confirm(peer("b"), now + AddressBook::age_max);
  const auto gone = book.expire(now + AddressBook::age_max + Seconds(1));
  EXPECT_EQ(gone.removed, Names{"a:1"});
  EXPECT_EQ(known("b"), Names{"b:1"});
}

TEST_F(AddressBookTest, ASavedBookIsReadBack) {
  book.learn(peer("a"), own("a:1"), now);
  book.learn(peer("b"), hearsay("c", "c:1", Seconds(5)), now);
  AddressBook again(peer("self"));
  EXPECT_EQ(again.load(book.save(now), now + Seconds(100)).added.size(), 2U);
  const auto records = again.records({peer("c")}, now + Seconds(100));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records.front().age, Seconds(105));
}

TEST_F(AddressBookTest, ADamagedBookIsAnEmptyOne) {
  EXPECT_FALSE(book.load(Bytes::copy("no book"), now).any());
  EXPECT_FALSE(book.load(Bytes(), now).any());
}

}  // namespace
}  // namespace tessera::shell
