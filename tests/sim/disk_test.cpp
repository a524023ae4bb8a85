#include <tessera/conformance/disk.h>

#include <gtest/gtest.h>

#include <vector>

namespace tessera::sim {
namespace {

class Recorder final : public DiskOwner {
 public:
  void becomes_durable(const storage::GroupWrite& /*write*/) override {}
  void wrote(core::Ticket ticket) override { tickets.push_back(ticket.value()); }
  void has_read(std::uint64_t /*id*/, std::vector<RawEntry> entries) override {
    read = entries.size();
  }
  void snapshot_done(std::uint64_t /*id*/, Result<Bytes> /*part*/) override {}
  std::vector<std::uint64_t> tickets;
  std::size_t read = 0;
};

core::Persist entry_write(std::uint64_t index) {
  core::Persist persist;
  persist.ticket = core::Ticket(index);
  persist.write.storage = StorageId(UniqueId::from("a store"));
  persist.write.entries = {RawEntry{{Term(1), Index(index)}, EntryKind::noop, LogTime{0}, {}}};
  return persist;
}

struct Bench {
  explicit Bench(Dice::Permille survives) : disk({{{}, survives}, 1, queue, owner}) {}
  Bench() : Bench(Dice::Permille{0}) {}
  void run() {
    while (queue.run_one()) {
    }
  }
  EventQueue queue;
  Recorder owner;
  Disk disk;
};

TEST(SimulatedDisk, ReportsWritesInOrderOnceTheyAreDurable) {
  Bench bench;
  for (std::uint64_t index = 1; index <= 5; ++index) bench.disk.write(entry_write(index));
  EXPECT_EQ(bench.disk.durable().last(), Cursor{});
  bench.run();
  EXPECT_EQ(bench.owner.tickets, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(bench.disk.durable().last(), (Cursor{Term(1), Index(5)}));
}

TEST(SimulatedDisk, ACrashLosesWhatWasNotYetDurable) {
  Bench bench;
  bench.disk.write(entry_write(1));
  bench.run();
  bench.disk.write(entry_write(2));
  const Disk::Losses losses = bench.disk.crash();
  bench.run();
  EXPECT_EQ(losses.lost, 1U);
  EXPECT_EQ(bench.disk.durable().last().index, Index(1));
  EXPECT_EQ(bench.owner.tickets, std::vector<std::uint64_t>{1});
}

TEST(SimulatedDisk, ACrashMayKeepABeginningOfWhatWasInFlight) {
  Bench bench(Dice::Permille{1000});
  for (std::uint64_t index = 1; index <= 4; ++index) bench.disk.write(entry_write(index));
  const Disk::Losses losses = bench.disk.crash();
  bench.run();
  EXPECT_GE(losses.kept, 1U);
  EXPECT_EQ(losses.kept + losses.lost, 4U);
  EXPECT_EQ(bench.disk.durable().last().index, Index(losses.kept));
  EXPECT_TRUE(bench.owner.tickets.empty());
}

TEST(SimulatedDisk, AReadSeesTheWritesBeforeIt) {
  Bench bench;
  bench.disk.write(entry_write(1));
  bench.disk.write(entry_write(2));
  bench.disk.read({7, Index(1), Index(10), 1000});
  bench.run();
  EXPECT_EQ(bench.owner.read, 2U);
}

}  // namespace
}  // namespace tessera::sim
