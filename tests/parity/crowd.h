#pragma once

#include "shelves.h"

#include <cstdint>
#include <string>

/// Many members that join one group at once.
namespace tessera::tests {

/// What the leader's provider sends while `joiners` come at once stays below half of what it would
/// be if each cost as much as the first did.
inline void take_in_at_once(std::size_t joiners) {
  Shelves shelves(Shelf::StateSync{}.part_bytes(16U << 10U));
  shelves.fill({0, 2000, 1000, 0});
  shelves.snapshot_alike();
  const auto served = [&] { return shelves["a"].status().sync_totals.bytes_served; };
  Cursor end = shelves["a"].applied();
  // The first one has nobody but the leader.
  shelves.join("b");
  shelves.expect_equal_at(end);
  const std::uint64_t by_one = served();
  shelves.join("c");
  shelves.expect_equal_at(end);
  const Cursor anchor = shelves.snapshot_alike();
  const std::uint64_t before = served();
  for (std::size_t joiner = 0; joiner < joiners; ++joiner) {
    shelves.join("j" + std::to_string(joiner));
  }
  end = shelves.fill({0, 1, 1000, 1});
  shelves.expect_equal_at(end);
  for (std::size_t joiner = 0; joiner < joiners; ++joiner) {
    EXPECT_EQ(shelves["j" + std::to_string(joiner)].status().base, anchor);
  }
  EXPECT_GT(by_one, 2000U * 1000U);
  EXPECT_LT(served() - before, joiners * by_one / 2);
}

}  // namespace tessera::tests
