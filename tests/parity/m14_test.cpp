#include "shelves.h"

/// Snapshot catch-up of a quiet group.
namespace tessera::tests {
namespace {

void fetch_in_parts(std::size_t part_bytes, const Shelf::Fill& fill) {
  Shelves shelves(Shelf::StateSync{}.part_bytes(part_bytes));
  const Cursor end = shelves.fill(fill);
  shelves.forget_the_log();
  shelves.join("b");
  shelves.expect_equal_at(end);
  EXPECT_EQ(shelves.look("b").rows, fill.count);
  // From both of them, and then everything goes on as usual.
  shelves.join("c");
  const Cursor later = shelves.fill({fill.count, 10, fill.row_bytes, 1});
  shelves.expect_equal_at(later);
}

TEST(Parity, M14_AHundredItemsEachInAPartOfItsOwn) {
  fetch_in_parts(snapshot_sync::Settings::part_bytes_min, {0, 100, 1500, 0});
}

TEST(Parity, M14_AHundredItemsInOnePart) { fetch_in_parts(1U << 20U, {0, 100, 100, 0}); }

TEST(Parity, M14_TwentyThousandItems) { fetch_in_parts(16U << 10U, {0, 20'000, 100, 0}); }

TEST(Parity, M14_ARestartBeginsFromTheSnapshot) {
  Shelves shelves(Shelf::StateSync{}.part_bytes(4U << 10U));
  shelves.fill({0, 1000, 100, 0});
  shelves.forget_the_log();
  shelves.join("b");
  const Cursor end = shelves.fill({0, 10, 100, 1});
  shelves.expect_equal_at(end);
  shelves.leave_for_now("b");
  shelves.join("b");
  shelves.expect_equal_at(end);
}

}  // namespace
}  // namespace tessera::tests
