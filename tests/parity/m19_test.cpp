#include "shelves.h"

/// A joiner that is stopped and started again in the middle of a transfer.
namespace tessera::tests {
namespace {

TEST(Parity, M19_ARestartedJoinerFetchesAtMostTheWindowsTwice) {
  constexpr std::size_t window = 128U << 10U;
  constexpr std::size_t sources = 2;
  Shelves shelves(Shelf::StateSync{}.part_bytes(16U << 10U).in_flight_bytes(window));
  shelves.fill({0, 8000, 4000, 0});
  shelves.forget_the_log();
  shelves.join("b");
  shelves.snapshot_alike();
  const ShelfGroup first_life = shelves.join("c");
  ASSERT_TRUE(shelves.is_in_the_middle("c")) << shelves.world().log();
  const std::uint64_t total = first_life.status().sync->progress.bytes_total;
  shelves.leave_for_now("c");
  const std::uint64_t first = first_life.status().sync_totals.bytes_received;
  ASSERT_LT(first, total) << "it had everything before it was stopped";

  shelves.join("c");
  shelves.expect_equal_at(shelves.fill({0, 1, 100, 1}));
  const std::uint64_t second = shelves["c"].status().sync_totals.bytes_received;
  // Beside the parts: their headers, the list of them from each source, offers.
  const std::uint64_t around = total / 50;
  EXPECT_GE(first + second, total);
  EXPECT_LE(first + second, total + sources * window + around);
}

}  // namespace
}  // namespace tessera::tests
