#include "quiet_shelves.h"

namespace tessera::tests {
namespace {

TEST(Parity, M14_AHundredItemsEachInAPartOfItsOwn) {
  fetch_in_parts(snapshot_sync::Settings::part_bytes_min, {100, 1500});
}

TEST(Parity, M14_AHundredItemsInOnePart) { fetch_in_parts(1U << 20U, {100, 100}); }

TEST(Parity, M14_TwentyThousandItems) { fetch_in_parts(16U << 10U, {20'000, 100}); }

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
