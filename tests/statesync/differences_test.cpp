#include <tessera/primitives/random.h>
#include <tessera/statesync/snapshot_sync/differences.h>
#include <tessera/statesync/snapshot_sync/part_cutter.h>
#include <tessera/statesync/snapshot_sync/part_list.h>

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

/// Of parts that differ in a few items only these items travel.
namespace tessera::snapshot_sync {
namespace {

constexpr std::size_t part_bytes = std::size_t{64} << 10U;
constexpr std::size_t value_bytes = 256;

std::vector<std::string> rows(std::size_t count) {
  Random random(11);
  std::vector<std::string> items;
  for (std::size_t row = 0; row < count; ++row) {
    std::string item = "key" + std::to_string(1'000'000 + row) + ' ';
    for (std::size_t at = 0; at < value_bytes; ++at) {
      item += static_cast<char>('a' + random.below(26));
    }
    items.push_back(std::move(item));
  }
  return items;
}

std::vector<Bytes> cut(const std::vector<std::string>& items) {
  PartCutter cutter(part_bytes);
  std::vector<Bytes> parts;
  for (const std::string& item : items) {
    if (auto part = cutter.add(as_bytes(item))) parts.push_back(*std::move(part));
  }
  if (auto last = cutter.finish()) parts.push_back(*std::move(last));
  return parts;
}

Bytes part_of(const std::vector<std::string>& items) {
  std::vector<std::uint8_t> part;
  for (const std::string& item : items) append_item(part, as_bytes(item));
  return Bytes(std::move(part));
}

std::vector<ItemDigest> digests(const Bytes& part) {
  auto all = digests_of(part);
  EXPECT_TRUE(all.has_value());
  return *std::move(all);
}

/// A member that holds `own` and is to have `wanted`; counts what travels.
class Fetch {
 public:
  Fetch(const std::vector<std::string>& own, const std::vector<std::string>& wanted)
      : own_(cut(own)), wanted_(cut(wanted)) {
    std::set<UniqueId> held;
    for (const Bytes& part : own_) held.insert(describe(part).digest);
    std::set<UniqueId> equal;
    for (const Bytes& part : wanted_) {
      const UniqueId digest = describe(part).digest;
      if (held.contains(digest)) equal.insert(digest);
    }
    std::set<std::uint32_t> differing;
    for (std::uint32_t number = 1; number <= own_.size(); ++number) {
      if (!equal.contains(describe(own_[number - 1]).digest)) differing.insert(number);
    }
    Differences differences(differing);
    read_own(differences);
    EXPECT_TRUE(differences.ready());
    for (std::uint32_t number = 1; number <= wanted_.size(); ++number) {
      const Bytes& part = wanted_[number - 1];
      state_bytes += part.size();
      if (!equal.contains(describe(part).digest)) fetch(differences, number, part);
    }
  }

  std::size_t state_bytes = 0;
  std::size_t sent_bytes = 0;
  std::size_t whole = 0;
  std::size_t wrong = 0;

 private:
  void read_own(Differences& differences) {
    while (const auto next = differences.next_to_read()) {
      EXPECT_TRUE(differences.own_read(*next, own_[*next - 1]).empty());
    }
  }

  void fetch(Differences& differences, std::uint32_t number, const Bytes& part) {
    differences.open(number, part.size());
    const Bytes outline = outline_of(digests(part));
    sent_bytes += outline.size();
    if (!differences.outlined(number, *outlined(outline))) {
      differences.close(number);
      sent_bytes += part.size();
      ++whole;
      return;
    }
    if (differences.next_to_ask()) {
      const Bytes wanted = differences.wanted(number);
      differences.asked(number);
      const Bytes items = *chosen_items(part, wanted);
      sent_bytes += wanted.size() + items.size();
      EXPECT_TRUE(differences.sent(number, items));
    }
    read_own(differences);
    const auto built = differences.take_built();
    ASSERT_TRUE(built);
    EXPECT_EQ(built->number, number);
    if (built->data != part) ++wrong;
    EXPECT_EQ(differences.open_bytes(), 0U);
  }

  std::vector<Bytes> own_;
  std::vector<Bytes> wanted_;
};

TEST(Differences, OfAHundredthOfTheItemsChangedAllOverThreeHundredthsOfTheBytesTravel) {
  const auto before = rows(40'000);
  auto after = before;
  for (std::size_t row = 0; row < after.size(); row += 100) after[row].back() = '!';
  const Fetch fetch(before, after);
  EXPECT_EQ(fetch.wrong, 0U);
  EXPECT_EQ(fetch.whole, 0U);
  EXPECT_LT(fetch.sent_bytes * 100, fetch.state_bytes * 3);
}

TEST(Differences, ItemsInsertedAndRemovedAllOverShiftNothing) {
  const auto before = rows(20'000);
  std::vector<std::string> after;
  for (std::size_t row = 0; row < before.size(); ++row) {
    if (row % 200 == 7) continue;
    after.push_back(before[row]);
    if (row % 300 == 5) after.push_back(before[row] + " and one more");
  }
  const Fetch fetch(before, after);
  EXPECT_EQ(fetch.wrong, 0U);
  EXPECT_LT(fetch.sent_bytes * 100, fetch.state_bytes * 3);
}

TEST(Differences, OfAStateThatHasNothingInCommonPartsAreFetchedWhole) {
  auto after = rows(2'000);
  for (std::string& row : after) row += '*';
  const Fetch fetch(rows(2'000), after);
  EXPECT_EQ(fetch.whole, cut(after).size());
}

TEST(Differences, WhatCannotBeReadAgainIsGivenUp) {
  const std::vector<std::string> items{"one", "two", "three", "four"};
  Differences differences({1});
  ASSERT_EQ(differences.next_to_read(), 1U);
  differences.own_read(1, part_of(items));
  differences.open(5, 100);
  ASSERT_TRUE(differences.outlined(5, digests(part_of(items))));
  ASSERT_EQ(differences.next_to_read(), 1U);
  EXPECT_EQ(differences.own_read(1, std::nullopt), std::vector<std::uint32_t>{5});
  differences.close(5);
  EXPECT_FALSE(differences.take_built());
}

TEST(Differences, WhatIsNoLongerInTheOwnPartIsGivenUp) {
  const std::vector<std::string> items{"one", "two", "three", "four"};
  Differences differences({1});
  ASSERT_EQ(differences.next_to_read(), 1U);
  differences.own_read(1, part_of(items));
  differences.open(5, 100);
  ASSERT_TRUE(differences.outlined(5, digests(part_of(items))));
  ASSERT_EQ(differences.next_to_read(), 1U);
  EXPECT_EQ(differences.own_read(1, part_of({"one", "two"})), std::vector<std::uint32_t>{5});
}

TEST(Differences, AnOwnPartThatCannotBeReadIsAsIfItWereNotThere) {
  Differences differences({1});
  ASSERT_EQ(differences.next_to_read(), 1U);
  EXPECT_FALSE(differences.ready());
  differences.own_read(1, std::nullopt);
  EXPECT_TRUE(differences.ready());
  differences.open(2, 10);
  EXPECT_FALSE(differences.outlined(2, digests(part_of({"one", "two"}))));
}

TEST(Differences, ItemsAreAskedForAgainUntilTheyAreThere) {
  Differences differences({1});
  differences.next_to_read();
  differences.own_read(1, part_of({"a", "b", "c", "d"}));
  const Bytes part = part_of({"a", "b", "x", "c", "d"});
  differences.open(3, part.size());
  EXPECT_FALSE(differences.ask_again(3)) << "it is the outline that is missing";
  EXPECT_TRUE(differences.awaits_outline(3));
  EXPECT_FALSE(differences.awaits_items(3));
  ASSERT_TRUE(differences.outlined(3, digests(part)));
  EXPECT_FALSE(differences.awaits_outline(3)) << "once is enough";
  EXPECT_TRUE(differences.awaits_items(3));
  ASSERT_EQ(differences.next_to_ask(), 3U);
  differences.asked(3);
  EXPECT_FALSE(differences.next_to_ask());
  EXPECT_TRUE(differences.ask_again(3));
  ASSERT_EQ(differences.next_to_ask(), 3U);
  EXPECT_FALSE(differences.sent(3, part)) << "all the items, where one was asked for";
  EXPECT_TRUE(differences.sent(3, part_of({"x"})));
  EXPECT_FALSE(differences.next_to_ask());
  EXPECT_FALSE(differences.awaits_items(3)) << "once is enough";
  ASSERT_EQ(differences.next_to_read(), 1U);
  differences.own_read(1, part_of({"a", "b", "c", "d"}));
  const auto built = differences.take_built();
  ASSERT_TRUE(built);
  EXPECT_EQ(built->data, part);
}

TEST(OwnItems, AreNotedUpToTheirBound) {
  const std::vector<ItemDigest> most(OwnItems::items_max);
  const std::vector<ItemDigest> few(2);
  OwnItems own;
  EXPECT_TRUE(own.note(1, few));
  EXPECT_FALSE(own.note(2, most)) << "more than there is room for with what is noted already";
  EXPECT_TRUE(own.note(3, few));
  EXPECT_FALSE(OwnItems().note(1, std::vector<ItemDigest>(OwnItems::items_max + 1)));
}

TEST(Outline, ComesBackAsItWent) {
  const auto all = digests(part_of(rows(100)));
  EXPECT_EQ(*outlined(outline_of(all)), all);
}

TEST(Outline, WithACutDigestIsMalformed) {
  const Bytes outline = outline_of(digests(part_of(rows(3))));
  EXPECT_TRUE(outlined(outline.slice({0, 7})).error().is(Errc::malformed));
}

TEST(Outline, NamesItemsBeyondThePartInVain) {
  const Bytes part = part_of({"one", "two"});
  const Bytes all(std::vector<std::uint8_t>(100, 0xff));
  EXPECT_EQ(*chosen_items(part, all), part);
  EXPECT_TRUE(chosen_items(part, {})->empty());
  EXPECT_FALSE(chosen_items(part.slice({0, 5}), all));
}

}  // namespace
}  // namespace tessera::snapshot_sync
