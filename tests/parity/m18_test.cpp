#include "shelves.h"
#include "tampered_store.h"

#include <condition_variable>
#include <mutex>

/// Who serves a catch-up goes away, or what it serves does.
namespace tessera::tests {
namespace {

constexpr Shelf::Fill large{0, 8000, 4000, 0};

/// Small windows, so that a transfer has a middle.
Shelf::StateSync slow_sync() {
  return Shelf::StateSync{}.part_bytes(16U << 10U).in_flight_bytes(64U << 10U);
}

/// What three voters begin with: all hold the same snapshot.
void fill_all(Shelves& shelves) {
  shelves.fill(large);
  shelves.snapshot_alike();
}

TEST(Parity, M18_AProviderDiesInTheMiddle) {
  Shelves shelves(slow_sync(), 3);
  fill_all(shelves);
  shelves.join("d");
  ASSERT_TRUE(shelves.is_in_the_middle("d")) << shelves.world().log();
  shelves.lose(shelves.leader() == "b" ? "c" : "b");
  const Cursor end = shelves.fill({0, 1, 100, 1});
  shelves.expect_equal_at(end);
  const std::string log = shelves.world().log();
  EXPECT_EQ(log.find("gives a catch-up session up"), std::string::npos) << log;
}

TEST(Parity, M18_TheLeaderDiesInTheMiddle) {
  Shelves shelves(slow_sync(), 3);
  fill_all(shelves);
  shelves.join("d");
  ASSERT_TRUE(shelves.is_in_the_middle("d")) << shelves.world().log();
  const std::string leader = shelves.leader();
  shelves.lose(leader);
  Cursor end;
  // Nobody leads for a while.
  ASSERT_TRUE(comes_true([&] {
    try {
      end = shelves.fill({0, 1, 100, 1}, leader == "a" ? "b" : "a");
      return true;
    } catch (const boost::system::system_error&) {
      return false;
    }
  }));
  shelves.expect_equal_at(end);
}

TEST(Parity, M18_ASnapshotThatExpiresIsReplacedByItsSuccessor) {
  Shelves shelves(slow_sync().lease(std::chrono::milliseconds(1)));
  shelves.fill(large);
  shelves.forget_the_log();
  shelves.join("b");
  ASSERT_TRUE(shelves.is_in_the_middle("b")) << shelves.world().log();
  // With a lease that ends at once nothing keeps the old one.
  const Cursor end = shelves.fill({0, 4000, 4000, 1});
  shelves.forget_the_log();
  shelves.expect_equal_at(end);
  EXPECT_GE(shelves["b"].status().base.index, end.index);
}

/// Holds parts up until it is opened, and knows whether one waits.
class Gate {
 public:
  Bytes pass(Bytes data) {
    std::unique_lock lock(mutex_);
    if (!open_) waited_ = true;
    opened_.wait(lock, [this] { return open_; });
    return data;
  }
  void close() { set(false); }
  void open() { set(true); }
  [[nodiscard]] bool held_somebody_up() {
    const std::scoped_lock lock(mutex_);
    return waited_;
  }

 private:
  void set(bool open) {
    const std::scoped_lock lock(mutex_);
    open_ = open;
    opened_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = true;
  bool waited_ = false;
};

TEST(Parity, M18_WhatOneDoesNotDeliverInTimeIsAskedOfAnother) {
  const auto gate = std::make_shared<Gate>();
  Shelves shelves(slow_sync().request_timeout(std::chrono::milliseconds(200)));
  shelves.fill(large);
  shelves.forget_the_log();
  shelves.join("b", tampered_store(shelves.world().folder("b-store"),
                                   [gate](const storage::SnapshotPart&, Bytes data) {
                                     return gate->pass(std::move(data));
                                   }));
  shelves.snapshot_alike();
  gate->close();
  shelves.join("c");
  const Cursor end = shelves["a"].committed();
  const bool caught_up = comes_true([&] { return shelves["c"].applied().index >= end.index; });
  EXPECT_TRUE(gate->held_somebody_up()) << "it was never asked";
  gate->open();
  ASSERT_TRUE(caught_up) << shelves.world().log();
  shelves.expect_equal_at(shelves.fill({0, 1, 100, 1}));
}

}  // namespace
}  // namespace tessera::tests
