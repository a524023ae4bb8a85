#include "store_words.h"
#include "temporary_folder.h"
#include "whole_snapshot.h"
#include <tessera/primitives/random.h>
#include <tessera/storage/rocks/rocks_store.h>
#include <tessera/storage/writer.h>

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstring>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

/// kill -9 in the middle of writing. This program is its own child: `--write FOLDER SEED` writes
/// for ever and tells on its standard output what has been acknowledged.
namespace tessera::storage {
namespace {

using namespace testing;

constexpr std::array<const char*, 3> group_names{"a", "b", "c"};

/// What the child tells: this group's log was durable up to this position, or its snapshot was.
struct Acknowledgement {
  std::uint32_t group = 0;
  std::uint32_t is_snapshot = 0;
  std::uint64_t term = 0;
  std::uint64_t index = 0;
  std::uint64_t base = 0;
};

Result<std::unique_ptr<Store>> open_at(const std::filesystem::path& path) {
  RocksOptions options;
  options.path = path;
  options.log_memtable_bytes = 256 << 10;  // so that files are written and merged, too
  return open_rocks_store(options, peer_named("owner"));
}

void tell(const Acknowledgement& acknowledged) {
  // Shorter than PIPE_BUF: it arrives as a whole or not at all.
  if (write(STDOUT_FILENO, &acknowledged, sizeof acknowledged) != sizeof acknowledged) {
    _exit(2);
  }
}

/// The child's view of one group's log.
struct Growing {
  std::uint32_t number = 0;
  std::uint64_t term = 0;
  Cursor base;
  Cursor last;
};

class Child {
 public:
  Child(Store& store, std::uint64_t seed)
      : store_(store), random_(seed), writer_(store.log()), term_(seed) {}

  int run() {
    std::vector<Growing> logs;
    for (std::uint32_t i = 0; i < group_names.size(); ++i) {
      const auto record = store_.log().open(group_named(group_names[i]));
      if (!record) {
        std::cerr << record.error().message() << '\n';
        return 1;
      }
      logs.push_back({i, term_, record->base, record->last});
    }
    for (std::uint64_t round = 1;; ++round) {
      Growing& log = logs[random_.below(logs.size())];
      grow(log);
      if (round % 40 == 0) {
        put_snapshot(log);
      }
      while (writer_.bytes_waiting() > (64 << 10)) {
        usleep(200);
      }
    }
  }

 private:
  /// Appends, now and then over the last few entries, and prunes.
  void grow(Growing& log) {
    const std::uint64_t held = log.last.index - log.base.index;
    Index first = log.last.index + 1;
    if (held > 10 && random_.chance({1, 8})) {
      first = first - random_.below(8);
    }
    log.last = at(++log.term, first.value() + random_.below(6));
    GroupWrite write =
        write_of(group_named(group_names[log.number]),
                 commands({log.term, first.value(), log.last.index.value(), random_.below(900)}));
    write.hard = HardState{Term(log.term), std::nullopt, Index()};
    if (held > 200 && random_.chance({1, 20})) {
      // An overwritten entry's term is not known here, the newest one's is.
      write.prune = log.base = log.last;
    }
    const Acknowledgement durable{log.number, 0, log.term, log.last.index.value(),
                                  log.base.index.value()};
    writer_.submit(std::move(write), [durable](Result<void> written) {
      if (!written) {
        _exit(3);
      }
      tell(durable);
    });
  }

  void put_snapshot(const Growing& log) {
    const Cursor position = log.last;
    const std::uint32_t number = log.number;
    writer_.run([this, position, number] {
      const GroupId group = group_named(group_names[number]);
      const SnapshotId id(position.index.value() * 1'000'000 + position.term.value());
      const Snapshot snapshot{position, {}, Bytes(position.to_string())};
      if (!put(store_.snapshots(), group, id, snapshot)) {
        _exit(4);
      }
      tell({number, 1, position.term.value(), position.index.value(), 0});
    });
  }

  Store& store_;
  Random random_;
  Writer writer_;
  std::uint64_t term_;
};

int write_for_ever(const char* folder, const char* seed) {
  const auto store = open_at(folder);
  if (!store) {
    std::cerr << store.error().message() << '\n';
    return 1;
  }
  return Child(**store, std::stoull(seed)).run();
}

/// Starts the child, listens until it has acknowledged `count` things, kills it, and returns what
/// it said until then.
std::vector<Acknowledgement> write_and_kill(const std::filesystem::path& folder,
                                            std::uint64_t first_term, std::size_t count) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  const std::string term = std::to_string(first_term);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl("/proc/self/exe", "storage_crash_test", "--write", folder.c_str(), term.c_str(),
          static_cast<char*>(nullptr));
    _exit(127);
  }
  close(ends[1]);
  std::vector<Acknowledgement> all;
  Acknowledgement one;
  while (read(ends[0], &one, sizeof one) == sizeof one) {
    all.push_back(one);
    if (all.size() == count) {
      kill(child, SIGKILL);
    }
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "status " << status;
  return all;
}

/// The highest of what was acknowledged for each group: terms only grow.
void expect_there(Store& store, const std::vector<Acknowledgement>& all) {
  std::map<std::uint32_t, Acknowledgement> newest;
  for (const Acknowledgement& one : all) {
    const GroupId group = group_named(group_names[one.group]);
    if (one.is_snapshot == 0) {
      newest[one.group] = one;
      continue;
    }
    const SnapshotId id(one.index * 1'000'000 + one.term);
    const auto snapshot = load(store.snapshots(), group, id);
    ASSERT_TRUE(snapshot.has_value()) << snapshot.error().message();
    EXPECT_EQ(snapshot->state.text(), at(one.term, one.index).to_string());
  }
  for (const auto& [number, one] : newest) {
    const GroupId group = group_named(group_names[number]);
    const auto record = store.log().open(group);
    ASSERT_TRUE(record.has_value()) << record.error().message();
    // Later writes may have come through unacknowledged, and may have overwritten or pruned it.
    EXPECT_GE(record->hard.term, Term(one.term));
    EXPECT_GE(record->base.index, Index(one.base));
    if (record->hard.term == Term(one.term)) {
      EXPECT_EQ(record->last, at(one.term, one.index));
    }
    for (const RawEntry& entry : all_entries(store.log(), group)) {
      EXPECT_TRUE(entry.data.text().starts_with(entry.position.to_string()));
    }
  }
}

TEST(RocksCrash, EverythingAcknowledgedIsThereAfterEachOfTenKills) {
  const TemporaryFolder folder;
  Random random(20);
  std::uint64_t first_term = 0;
  for (int round = 1; round <= 10; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const auto all = write_and_kill(folder / "store", first_term, 50 + random.below(400));
    ASSERT_GE(all.size(), 50u);
    const auto store = open_at(folder / "store");
    ASSERT_TRUE(store.has_value()) << store.error().message();
    EXPECT_EQ((*store)->run().starts, static_cast<std::uint64_t>(2 * round));
    expect_there(**store, all);
    ASSERT_FALSE(::testing::Test::HasFailure());
    for (const char* name : group_names) {
      first_term = std::max(first_term, (*store)->log().open(group_named(name))->hard.term.value());
    }
  }
}

}  // namespace
}  // namespace tessera::storage

int main(int count, char** arguments) {
  if (count == 4 && std::string_view(arguments[1]) == "--write") {
    return tessera::storage::write_for_ever(arguments[2], arguments[3]);
  }
  ::testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}
