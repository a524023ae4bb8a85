#include <tessera/primitives/codec.h>
#include <tessera/primitives/random.h>
#include <tessera/statesync/snapshot_sync/fetch_plan.h>
#include <tessera/statesync/snapshot_sync/holders.h>
#include <tessera/statesync/snapshot_sync/part_cutter.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

/// How a snapshot is cut, and which of its parts are fetched from whom.
namespace tessera::snapshot_sync {
namespace {

constexpr std::size_t part_bytes = 4096;

std::vector<std::string> rows(std::size_t count) {
  Random random(7);
  std::vector<std::string> items;
  for (std::size_t row = 0; row < count; ++row) {
    std::string item = std::to_string(row) + ' ';
    while (item.size() < 100) item += static_cast<char>('a' + random.below(26));
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

std::set<UniqueId> digests(const std::vector<Bytes>& parts) {
  std::set<UniqueId> all;
  for (const Bytes& part : parts) all.insert(describe(part).digest);
  return all;
}

TEST(PartCutter, TheItemsComeBackInOrder) {
  const auto items = rows(1000);
  std::vector<std::string> joined;
  for (const Bytes& part : cut(items)) {
    const auto held = items_of(part);
    ASSERT_TRUE(held.has_value());
    for (const Bytes& item : *held) joined.emplace_back(item.text());
  }
  EXPECT_EQ(joined, items);
}

TEST(PartCutter, PartsAreAboutAsLargeAsWanted) {
  const auto parts = cut(rows(20'000));
  std::size_t bytes = 0;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    bytes += parts[at].size();
    EXPECT_LE(parts[at].size(), part_bytes * 4 + 110);
    EXPECT_TRUE(parts[at].size() >= part_bytes / 4 || at + 1 == parts.size());
  }
  const std::size_t mean = bytes / parts.size();
  EXPECT_GT(mean, part_bytes / 2);
  EXPECT_LT(mean, part_bytes * 2);
}

TEST(PartCutter, AnItemInsertedOrRemovedChangesOnlyThePartsAroundIt) {
  const auto items = rows(5000);
  const auto before = digests(cut(items));
  for (const std::size_t place : {0U, 2500U, 4999U}) {
    auto more = items;
    more.insert(more.begin() + static_cast<std::ptrdiff_t>(place), "one more");
    auto fewer = items;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(place));
    for (const auto& changed : {more, fewer}) {
      const auto after = digests(cut(changed));
      const auto fresh = std::count_if(after.begin(), after.end(), [&](const UniqueId& digest) {
        return !before.contains(digest);
      });
      EXPECT_LE(fresh, 3) << "at " << place;
    }
  }
}

TEST(PartCutter, ALargeItemIsAPartOfItsOwnEnd) {
  auto items = rows(10);
  items[5] = std::string(10 * part_bytes, 'x');
  EXPECT_EQ(cut(items).size(), 2U);
}

TEST(PartCutter, OfNothingThereAreNoParts) { EXPECT_TRUE(cut({}).empty()); }

TEST(PartCutter, WhatIsCutShortIsMalformed) {
  const Bytes part = cut(rows(3)).at(0);
  for (std::size_t size = 1; size < part.size(); ++size) {
    const auto items = items_of(part.slice({0, size}));
    const bool at_an_item = size % (part.size() / 3) == 0;
    EXPECT_EQ(items.has_value(), at_an_item) << size;
    EXPECT_TRUE(items || items.error().is(Errc::malformed));
  }
}

class Plan : public testing::Test {
 protected:
  static PartList list(const std::vector<std::string>& parts) {
    PartList list;
    for (const std::string& part : parts) list.parts.push_back(describe(Bytes::copy(part)));
    return list;
  }
  FetchPlan plan_{list({"one", "two", "three", "four"})};
};

TEST_F(Plan, FetchesTheLowestFirstUntilAllAreThere) {
  for (std::uint32_t number = 1; number <= 4; ++number) {
    EXPECT_EQ(plan_.next_to_fetch(), number);
    EXPECT_FALSE(plan_.complete());
    plan_.asked(number);
    plan_.put(number);
  }
  EXPECT_EQ(plan_.next_to_fetch(), std::nullopt);
  EXPECT_TRUE(plan_.complete());
  EXPECT_EQ(plan_.bytes_held(), 15U);
}

TEST_F(Plan, WhatAnOwnSnapshotHasIsCopiedAndFetchedOnlyIfThatFails) {
  plan_.compare_with(list({"zero", "two", "four"}));
  EXPECT_EQ(plan_.next_to_fetch(), 1U);
  const auto two = plan_.next_to_copy();
  ASSERT_TRUE(two);
  EXPECT_EQ(two->from, 2U);
  EXPECT_EQ(two->to, 2U);
  const auto four = plan_.next_to_copy();
  ASSERT_TRUE(four);
  EXPECT_EQ(four->from, 3U);
  EXPECT_EQ(four->to, 4U);
  EXPECT_FALSE(plan_.next_to_copy());
  plan_.asked(1);
  plan_.asked(3);
  plan_.fetch(2);  // it was not what it was held for
  EXPECT_FALSE(plan_.next_to_copy());
  EXPECT_EQ(plan_.next_to_fetch(), 2U);
}

TEST_F(Plan, WhatWasStagedIsLookedAtBeforeAnythingIsFetched) {
  plan_.look_at_staged();
  EXPECT_FALSE(plan_.next_to_fetch());
  EXPECT_EQ(plan_.next_to_check(), 1U);
  plan_.put(1);
  EXPECT_EQ(plan_.next_to_check(), 2U);
  plan_.fetch(2);
  EXPECT_EQ(plan_.next_to_fetch(), 2U);
}

TEST_F(Plan, APartIsJudgedByItsDigestAndSize) {
  EXPECT_TRUE(plan_.is_right(2, Bytes::copy("two")));
  EXPECT_FALSE(plan_.is_right(2, Bytes::copy("twp")));
  EXPECT_FALSE(plan_.is_right(1, Bytes::copy("two")));
  EXPECT_FALSE(plan_.valid(0));
  EXPECT_FALSE(plan_.valid(5));
}

class HoldersOfASnapshot : public testing::Test {
 protected:
  HoldersOfASnapshot() { holders_.add(peer_); }
  static Settings settings() {
    Settings settings;
    settings.part_bytes = 1000;
    settings.in_flight_bytes = 8000;
    return settings;
  }
  const Settings settings_ = settings();
  Holders holders_{settings_};
  const PeerId peer_{UniqueId::from("a peer")};
  const TimePoint start_{std::chrono::hours{1}};
};

TEST_F(HoldersOfASnapshot, MoreIsAskedOfWhoDelivers) {
  EXPECT_EQ(holders_.room(peer_, start_), 1000U);
  holders_.asked(peer_, 1, 1000, start_);
  EXPECT_EQ(holders_.room(peer_, start_), 0U);
  EXPECT_TRUE(holders_.delivered(peer_, 1, start_));
  EXPECT_GT(holders_.room(peer_, start_), 1000U);
  for (std::uint32_t number = 2; number < 50; ++number) {
    holders_.asked(peer_, number, 1000, start_);
    EXPECT_TRUE(holders_.delivered(peer_, number, start_));
  }
  EXPECT_EQ(holders_.room(peer_, start_), 8000U);
}

TEST_F(HoldersOfASnapshot, WhatWasNotAskedIsNotTaken) {
  EXPECT_FALSE(holders_.delivered(peer_, 1, start_));
  EXPECT_FALSE(holders_.delivered(PeerId{}, 1, start_));
}

TEST_F(HoldersOfASnapshot, WhoFallsSilentIsReleasedOfEverythingAndRests) {
  holders_.asked(peer_, 1, 500, start_);
  holders_.asked(peer_, 2, 500, start_);
  const TimePoint late = start_ + settings_.request_timeout;
  EXPECT_EQ(holders_.next_due(), late);
  EXPECT_TRUE(holders_.take_overdue(late - Duration{1}).empty());
  EXPECT_EQ(holders_.take_overdue(late), (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(holders_.room(peer_, late), 1U);
}

TEST_F(HoldersOfASnapshot, WhoWasExpelledStaysOut) {
  holders_.asked(peer_, 3, 500, start_);
  EXPECT_EQ(holders_.expel(peer_), std::vector<std::uint32_t>{3});
  holders_.add(peer_);
  EXPECT_TRUE(holders_.empty());
}

}  // namespace
}  // namespace tessera::snapshot_sync
