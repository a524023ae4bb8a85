#include "../runtime/stored_shelf.h"
#include "shelves.h"
#include "tampered_store.h"

#include <atomic>

/// Catching up that is verified, and that fetches only what differs.
namespace tessera::tests {
namespace {

std::uint64_t sum(const std::map<PeerId, std::uint64_t>& received) {
  std::uint64_t total = 0;
  for (const auto& [peer, bytes] : received) total += bytes;
  return total;
}

/// "c", which was away, comes back when the others have no log for it any more: the bytes that it
/// takes until all are equal.
template <class Machine>
std::uint64_t fetched_on_return(ShelvesOf<Machine>& shelves) {
  shelves.forget_the_log("a");
  shelves.forget_the_log("b");
  shelves.join("c");
  shelves.expect_equal_at(shelves["a"].committed());
  EXPECT_TRUE(comes_true([&] { return shelves["c"].status().last_sync.has_value(); }));
  return shelves["c"].status().sync_totals.bytes_received;
}

TEST(Parity, X05_OneFlippedByteAtAProviderIsFoundAndItsSenderNamed) {
  const auto lies = std::make_shared<std::atomic<bool>>(false);
  Shelves shelves(Shelf::StateSync{}.part_bytes(16U << 10U));
  shelves.fill({0, 2000, 1000, 0});
  shelves.forget_the_log();
  shelves.join("b", tampered_store(shelves.world().folder("b-store"),
                                   [lies](const storage::SnapshotPart& part, Bytes data) {
                                     if (!*lies || part.number == 0) return data;
                                     std::vector<std::uint8_t> bytes(data.view().begin(),
                                                                     data.view().end());
                                     bytes[bytes.size() / 2] ^= 1U;
                                     return Bytes(std::move(bytes));
                                   }));
  shelves.snapshot_alike();
  *lies = true;
  shelves.join("c");
  shelves.expect_equal_at(shelves["a"].committed());
  const PeerId liar = shelves["b"].status().self;
  const std::string words = "a peer, " + liar.brief() + ", sends something else as part";
  EXPECT_NE(shelves.world().log().find(words), std::string::npos) << shelves.world().log();
  EXPECT_GE(shelves.world().counted("tessera_sync_refused_total"), 1);
}

TEST(Parity, X05_ASessionThatIsOverIsStillToldOf) {
  Shelves shelves({});
  shelves.fill({0, 1000, 1000, 0});
  shelves.forget_the_log();
  shelves.join("b");
  shelves.expect_equal_at(shelves["a"].committed());
  ASSERT_TRUE(comes_true([&] { return shelves["b"].status().last_sync.has_value(); }));
  const GroupStatus status = shelves["b"].status();
  const EndedSync& last = *status.last_sync;
  EXPECT_EQ(last.failure, "");
  EXPECT_GT(last.lasted, Duration::zero());
  EXPECT_GE(sum(last.session.received), 1000U * 1000U);
  EXPECT_TRUE(last.session.received.contains(shelves["a"].status().self));
  EXPECT_EQ(status.sync_totals.bytes_received, sum(last.session.received));
  EXPECT_EQ(status.sync_totals.sessions_done, 1U);
  EXPECT_TRUE(comes_true([&] {
    return shelves["a"].status().sync_totals.bytes_served >= sum(last.session.received);
  }));
}

/// Nothing but a command whose rows are there already.
template <class Machine>
void expect_next_to_nothing_fetched_where_nothing_changed() {
  constexpr std::uint64_t rows = 20'000;
  constexpr std::uint64_t row_bytes = 1000;
  ShelvesOf<Machine> shelves({}, 3);
  shelves.fill({0, rows, row_bytes, 0});
  shelves.snapshot_alike();
  shelves.leave_for_now("c");
  shelves.fill({0, 1, row_bytes, 0});
  EXPECT_LT(fetched_on_return(shelves), 1U << 20U);
}

template <class Machine>
void expect_little_fetched_where_one_place_changed() {
  constexpr std::uint64_t rows = 20'000;
  constexpr std::uint64_t row_bytes = 1000;
  ShelvesOf<Machine> shelves(typename Machine::StateSync{}.part_bytes(8U << 10U), 3);
  shelves.fill({0, rows, row_bytes, 0});
  shelves.snapshot_alike();
  shelves.leave_for_now("c");
  shelves.fill({rows / 2, rows / 100, row_bytes, 1});
  const std::uint64_t fetched = fetched_on_return(shelves);
  EXPECT_GE(fetched, rows / 100 * row_bytes);
  EXPECT_LE(fetched, 3 * rows * row_bytes / 100);
}

template <class Machine>
void expect_little_fetched_where_places_all_over_changed() {
  constexpr std::uint64_t rows = 20'000;
  constexpr std::uint64_t row_bytes = 256;
  ShelvesOf<Machine> shelves({}, 3);
  shelves.fill({0, rows, row_bytes, 0});
  shelves.snapshot_alike();
  shelves.leave_for_now("c");
  for (std::uint64_t row = 50; row < rows; row += 100) shelves.fill({row, 1, row_bytes, 1});
  const std::uint64_t fetched = fetched_on_return(shelves);
  EXPECT_GE(fetched, rows / 100 * row_bytes);
  EXPECT_LE(fetched, 3 * rows * row_bytes / 100);
}

TEST(Parity, X05_AStateInWhichNothingHasChangedCostsLessThanAMebibyte) {
  expect_next_to_nothing_fetched_where_nothing_changed<Shelf>();
}

TEST(Parity, X05_AStoredStateInWhichNothingHasChangedCostsLessThanAMebibyte) {
  expect_next_to_nothing_fetched_where_nothing_changed<StoredShelf>();
}

TEST(Parity, X05_AHundredthOfTheStateThatChangedInOnePlaceCostsAtMostThreeHundredths) {
  expect_little_fetched_where_one_place_changed<Shelf>();
}

TEST(Parity, X05_AHundredthOfAStoredStateThatChangedInOnePlaceCostsAtMostThreeHundredths) {
  expect_little_fetched_where_one_place_changed<StoredShelf>();
}

TEST(Parity, X05_AHundredthOfTheStateThatChangedAllOverCostsAtMostThreeHundredths) {
  expect_little_fetched_where_places_all_over_changed<Shelf>();
}

TEST(Parity, X05_AHundredthOfAStoredStateThatChangedAllOverCostsAtMostThreeHundredths) {
  expect_little_fetched_where_places_all_over_changed<StoredShelf>();
}

}  // namespace
}  // namespace tessera::tests
