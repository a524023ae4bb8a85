#include "shelves.h"

/// Snapshots of an empty state, of one item, and of large items.
namespace tessera::tests {
namespace {

void fetch(const Shelf::Fill& fill) {
  Shelves shelves({});
  const Cursor end = shelves.fill(fill);
  shelves.forget_the_log();
  shelves.join("b");
  shelves.expect_equal_at(end);
  EXPECT_EQ(shelves.look("b").rows, fill.count);
}

TEST(Parity, M16_AnEmptyState) { fetch({}); }

TEST(Parity, M16_OneItem) { fetch({7, 1, 10, 0}); }

TEST(Parity, M16_AHundredItemsOfTenKilobytes) { fetch({0, 100, 10'000, 0}); }

TEST(Parity, M16_TenItemsOfEightMebibytes) { fetch({0, 10, 8U << 20U, 0}); }

}  // namespace
}  // namespace tessera::tests
