#pragma once

#include "shelves.h"

#include <cstdint>

/// Snapshot catch-up while others write.
namespace tessera::tests {

struct Busy {
  std::uint64_t items = 0;    ///< that the joiner must fetch
  std::uint64_t written = 0;  ///< meanwhile, one command each
};

inline void catch_up_under_writes(const Busy& busy) {
  Shelves shelves(Shelf::StateSync{}.part_bytes(16U << 10U));
  shelves.fill({0, busy.items, 100, 0});
  shelves.forget_the_log();
  std::vector<std::future<Applied<Shelf>>> writes;
  const auto write = [&](std::uint64_t upto) {
    while (writes.size() < upto) {
      const std::uint64_t row = busy.items + writes.size();
      writes.push_back(shelves["a"].execute(Shelf::Fill{row, 1, 100, 0}, use_future));
    }
  };
  // Some before it asks, all others while it fetches what was there before.
  write(busy.written / 10);
  const ShelfGroup joiner = shelves.join("b");
  std::optional<Cursor> target;  // of its first session
  ASSERT_TRUE(comes_true([&] {
    const GroupStatus status = joiner.status();
    if (status.sync) target = status.sync->target;
    if (status.last_sync) target = status.last_sync->session.target;
    return target.has_value();
  }));
  write(busy.written);
  Cursor end;
  for (auto& each : writes) end = take(std::move(each)).position;
  shelves.expect_equal_at(end);
  EXPECT_EQ(shelves.look("b").rows, busy.items + busy.written);
  EXPECT_LT(*target, end) << "nothing was written meanwhile";
}

}  // namespace tessera::tests
