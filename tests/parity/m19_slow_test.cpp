#include "shelves.h"

/// Whoever takes part in a transfer is stopped and started again at every tenth part.
namespace tessera::tests {
namespace {

constexpr std::size_t part = 256U << 10U;
constexpr std::size_t window = 2 * part;
constexpr Shelf::Fill large{0, 8000, 4000, 0};  // some 120 parts
constexpr std::size_t stops = 12;

Shelf::StateSync in_small_windows() {
  return Shelf::StateSync{}.part_bytes(part).in_flight_bytes(window);
}

TEST(Parity, M19_AJoinerThatIsStoppedAtEveryTenthPartFetchesOnlyWindowsTwice) {
  constexpr std::size_t sources = 2;
  Shelves shelves(in_small_windows());
  shelves.fill(large);
  shelves.forget_the_log();
  shelves.join("b");
  shelves.snapshot_alike();

  std::uint64_t received = 0;
  std::uint64_t total = 0;
  std::size_t stopped = 0;
  for (std::size_t stop = 1; stop <= stops; ++stop) {
    const ShelfGroup life = shelves.join("c");
    if (!shelves.fetches("c", stop * 100 / (stops + 1))) {
      shelves.leave_for_now("c");
      received += life.status().sync_totals.bytes_received;
      break;
    }
    total = life.status().sync->progress.bytes_total;
    shelves.leave_for_now("c");
    received += life.status().sync_totals.bytes_received;
    ++stopped;
  }
  EXPECT_GE(stopped, stops / 2) << "it was too fast to be stopped";
  shelves.join("c");
  shelves.expect_equal_at(shelves.fill({0, 1, 100, 1}));
  received += shelves["c"].status().sync_totals.bytes_received;
  // Beside the parts: their headers, and the list of them and offers for each life.
  const std::uint64_t around = total / 20;
  EXPECT_GE(received, total);
  EXPECT_LE(received, total + stopped * sources * window + around);
}

TEST(Parity, M18_OfProvidersAndLeadersStoppedAtEveryTenthPartOnlyWindowsAreFetchedTwice) {
  Shelves shelves(in_small_windows(), 3);
  shelves.fill(large);
  shelves.snapshot_alike();
  const ShelfGroup joiner = shelves.join("d");
  std::uint64_t total = 0;
  std::size_t stopped = 0;
  for (std::size_t stop = 1; stop <= stops && shelves.fetches("d", stop * 100 / (stops + 1));
       ++stop) {
    if (const auto sync = joiner.status().sync) total = sync->progress.bytes_total;
    const std::string leader = shelves.leader();
    const std::string victim = stop % 2 == 0 ? leader : leader == "b" ? "c" : "b";
    shelves.leave_for_now(victim);
    shelves.join(victim);
    ++stopped;
  }
  EXPECT_GE(stopped, 1U) << "it was too fast for anybody to be stopped";
  Cursor end;
  ASSERT_TRUE(comes_true([&] {
    try {
      end = shelves.fill({0, 1, 100, 1});
      return true;
    } catch (const boost::system::system_error&) {
      return false;
    }
  }));
  shelves.expect_equal_at(end);
  // Beside the parts: their headers, lists and offers of whoever comes back, the last entry.
  const std::uint64_t around = total / 20;
  const std::uint64_t received = joiner.status().sync_totals.bytes_received;
  EXPECT_GE(received, total);
  EXPECT_LE(received, total + stopped * window + around);
}

}  // namespace
}  // namespace tessera::tests
