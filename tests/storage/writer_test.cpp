#include "store_words.h"
#include <tessera/storage/memory/memory_store.h>
#include <tessera/storage/writer.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <string>
#include <thread>

namespace tessera::storage {
namespace {

using namespace testing;

/// A log store that counts its batches, fails on request, and can be held up.
class WatchedLog final : public LogStore {
 public:
  Result<GroupRecord> open(GroupId group) override { return below_->log().open(group); }
  Result<std::vector<GroupId>> groups() override { return below_->log().groups(); }
  Result<std::vector<RawEntry>> read(GroupId group, ReadRange range) override {
    return below_->log().read(group, range);
  }
  Result<void> erase(GroupId group) override { return below_->log().erase(group); }

  Result<void> write(std::span<const GroupWrite> writes) override {
    batches.push_back(writes.size());
    if (failure) {
      return *failure;
    }
    for (const GroupWrite& write : writes) {
      if (write.group == damaged) {
        return Error(Errc::damaged, "this group is damaged");
      }
    }
    return below_->log().write(writes);
  }

  std::vector<std::size_t> batches;  // touched by the writer's thread until it is joined
  std::optional<Error> failure;
  GroupId damaged;

 private:
  std::unique_ptr<Store> below_ = make_memory_store();
};

/// Holds the writer's thread until released, so that submissions pile up behind it.
class Gate {
 public:
  explicit Gate(Writer& writer) {
    writer.run([ends = ends_] {
      ends->reached.set_value();
      ends->released.get_future().wait();
    });
    ends_->reached.get_future().wait();
  }
  void release() { ends_->released.set_value(); }

 private:
  struct Ends {
    std::promise<void> reached;
    std::promise<void> released;
  };
  std::shared_ptr<Ends> ends_ = std::make_shared<Ends>();
};

TEST(Writer, WritesThatWaitBecomeOneBatchAndCompleteInOrder) {
  WatchedLog log;
  std::vector<int> completed;
  {
    Writer writer(log);
    Gate gate(writer);
    for (int i = 0; i < 50; ++i) {
      const auto index = static_cast<std::uint64_t>(i + 1);
      writer.submit(write_of(group_named("a"), commands({1, index, index})), [&, i](auto written) {
        EXPECT_TRUE(written.has_value());
        completed.push_back(i);
      });
    }
    gate.release();
  }
  ASSERT_EQ(completed.size(), 50u);
  EXPECT_TRUE(std::is_sorted(completed.begin(), completed.end()));
  EXPECT_EQ(log.batches, std::vector<std::size_t>{50});
  EXPECT_EQ(all_entries(log, group_named("a")), commands({1, 1, 50}));
}

TEST(Writer, ABatchIsBoundedInBytes) {
  WatchedLog log;
  {
    Writer writer(log);
    Gate gate(writer);
    for (std::uint64_t index = 1; index <= 5; ++index) {
      writer.submit(write_of(group_named("a"), commands({1, index, index, 3 << 20})), nullptr);
    }
    gate.release();
  }
  EXPECT_EQ(log.batches, (std::vector<std::size_t>{2, 2, 1}));
}

TEST(Writer, WorkRunsAfterWhatWasSubmittedBeforeIt) {
  WatchedLog log;
  std::vector<std::string> order;
  {
    Writer writer(log);
    Gate gate(writer);
    writer.submit(write_of(group_named("a"), commands({1, 1, 1})),
                  [&](auto) { order.push_back("first"); });
    writer.run([&] { order.push_back("work"); });
    writer.submit(write_of(group_named("a"), commands({1, 2, 2})),
                  [&](auto) { order.push_back("second"); });
    gate.release();
  }
  EXPECT_EQ(order, (std::vector<std::string>{"first", "work", "second"}));
  EXPECT_EQ(log.batches, (std::vector<std::size_t>{1, 1}));
}

TEST(Writer, BytesWaitUntilTheyAreDurable) {
  WatchedLog log;
  std::promise<std::size_t> seen_by_completion;
  Writer writer(log);
  EXPECT_EQ(writer.bytes_waiting(), 0u);
  Gate gate(writer);
  const auto entries = commands({1, 1, 3, 100});
  std::size_t size = 0;
  for (const RawEntry& entry : entries) {
    size += entry.size();
  }
  writer.submit(write_of(group_named("a"), entries),
                [&](auto) { seen_by_completion.set_value(writer.bytes_waiting()); });
  EXPECT_EQ(writer.bytes_waiting(), size);
  gate.release();
  EXPECT_EQ(seen_by_completion.get_future().get(), 0u);
}

TEST(Writer, TheDestructorWritesAndCompletesWhatCompletionsStillSubmit) {
  WatchedLog log;
  bool second_completed = false;
  {
    Writer writer(log);
    Gate gate(writer);
    writer.submit(write_of(group_named("a"), commands({1, 1, 1})), [&](auto) {
      writer.submit(write_of(group_named("a"), commands({1, 2, 2})),
                    [&](auto written) { second_completed = written.has_value(); });
    });
    gate.release();
  }
  EXPECT_TRUE(second_completed);
  EXPECT_EQ(all_entries(log, group_named("a")), commands({1, 1, 2}));
}

TEST(Writer, AFailedStoreFailsEveryWriteThatWaits) {
  WatchedLog log;
  log.failure = Error(Errc::storage_failed, "the disk is gone");
  int failed = 0;
  {
    Writer writer(log);
    Gate gate(writer);
    for (std::uint64_t index = 1; index <= 3; ++index) {
      writer.submit(write_of(group_named("a"), commands({1, index, index})), [&](auto written) {
        ASSERT_FALSE(written.has_value());
        EXPECT_TRUE(written.error().is(Errc::storage_failed));
        ++failed;
      });
    }
    gate.release();
  }
  EXPECT_EQ(failed, 3);
  EXPECT_EQ(log.batches, std::vector<std::size_t>{3});
}

TEST(Writer, OneDamagedGroupDoesNotFailTheOthersInItsBatch) {
  WatchedLog log;
  log.damaged = group_named("bad");
  std::vector<bool> written_well;
  {
    Writer writer(log);
    Gate gate(writer);
    for (const char* name : {"a", "bad", "b"}) {
      writer.submit(write_of(group_named(name), commands({1, 1, 2})),
                    [&](auto written) { written_well.push_back(written.has_value()); });
    }
    gate.release();
  }
  EXPECT_EQ(written_well, (std::vector<bool>{true, false, true}));
  EXPECT_EQ(all_entries(log, group_named("b")), commands({1, 1, 2}));
}

TEST(Writer, ManyThreadsSubmitAndEachSeesItsOwnOrder) {
  WatchedLog log;
  constexpr std::uint64_t each = 200;
  {
    Writer writer(log);
    std::vector<std::thread> threads;
    for (const char* name : {"a", "b", "c"}) {
      threads.emplace_back([&writer, name] {
        const auto last = std::make_shared<std::promise<void>>();
        for (std::uint64_t index = 1; index <= each; ++index) {
          writer.submit(write_of(group_named(name), commands({1, index, index})),
                        [last, index](auto written) {
                          EXPECT_TRUE(written.has_value());
                          if (index == each) {
                            last->set_value();
                          }
                        });
        }
        last->get_future().wait();
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  }
  for (const char* name : {"a", "b", "c"}) {
    EXPECT_EQ(all_entries(log, group_named(name)), commands({1, 1, each}));
  }
}

TEST(Writer, ItsThreadHasANameAndTakesNoSignals) {
  WatchedLog log;
  std::string name;
  bool takes_signals = true;
  {
    Writer writer(log);
    writer.run([&] {
      std::array<char, 16> buffer{};
      pthread_getname_np(pthread_self(), buffer.data(), buffer.size());
      name = buffer.data();
      sigset_t blocked;
      pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
      takes_signals = sigismember(&blocked, SIGTERM) == 0 || sigismember(&blocked, SIGINT) == 0;
    });
  }
  EXPECT_EQ(name, "tessera-writer");
  EXPECT_FALSE(takes_signals);
}

}  // namespace
}  // namespace tessera::storage
