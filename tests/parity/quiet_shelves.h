#pragma once

#include "shelves.h"

/// Snapshot catch-up of a quiet group.
namespace tessera::tests {

/// What the group holds before the others join. It is written in commands that take no longer to
/// apply than an election.
struct Filling {
  std::uint64_t rows = 0;
  std::uint64_t row_bytes = 0;
};

inline void fetch_in_parts(std::size_t part_bytes, const Filling& filling) {
  constexpr std::uint64_t rows_at_once = 10'000;
  Shelves shelves(Shelf::StateSync{}.part_bytes(part_bytes));
  Cursor end;
  for (std::uint64_t row = 0; row < filling.rows; row += rows_at_once) {
    end = shelves.fill({row, std::min(rows_at_once, filling.rows - row), filling.row_bytes, 0});
  }
  shelves.forget_the_log();
  shelves.join("b");
  shelves.expect_equal_at(end);
  EXPECT_EQ(shelves.look("b").rows, filling.rows);
  // From both of them, and then everything goes on as usual.
  shelves.join("c");
  const Cursor later = shelves.fill({filling.rows, 10, filling.row_bytes, 1});
  shelves.expect_equal_at(later);
}

}  // namespace tessera::tests
