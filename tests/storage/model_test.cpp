#include "stores_under_test.h"
#include "whole_snapshot.h"
#include <tessera/primitives/random.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tessera::storage {
namespace {

using namespace testing;

/// One group as simply as it can be kept.
struct ModelGroup {
  HardState hard;
  Cursor base;
  std::vector<RawEntry> entries;
  std::optional<SnapshotRef> in_force;
  std::map<SnapshotId, std::string> snapshots;
  std::uint64_t snapshots_put = 0;

  [[nodiscard]] Cursor last() const { return entries.empty() ? base : entries.back().position; }
  [[nodiscard]] const RawEntry& entry(Index index) const { return entries[index - base.index - 1]; }
};

/// Draws operations, carries them out on the store and on the model, and compares.
class ModelRun {
 public:
  ModelRun(StoreUnderTest& store, std::uint64_t seed) : store_(store), random_(seed) {
    for (const char* name : {"a", "b", "c"}) {
      groups_.emplace(group_named(name), ModelGroup{});
    }
  }

  void step() {
    const std::uint64_t draw = random_.below(100);
    if (draw < 75) {
      write_some();
    } else if (draw < 83) {
      put_snapshot();
    } else if (draw < 87) {
      drop_snapshots();
    } else if (draw < 97) {
      compare(pick().first);
    } else {
      store_.reopen();
      for (const auto& [group, model] : groups_) {
        compare(group);
      }
    }
  }

  void compare_all() {
    store_.reopen();
    for (const auto& [group, model] : groups_) {
      compare(group);
    }
  }

 private:
  using Item = std::pair<const GroupId, ModelGroup>;

  Item& pick() {
    auto chosen = groups_.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(random_.below(groups_.size())));
    return *chosen;
  }

  /// One batch of one to four writes to any groups.
  void write_some() {
    std::vector<GroupWrite> batch;
    for (std::uint64_t i = 0; i <= random_.below(4); ++i) {
      batch.push_back(draw_write(pick()));
    }
    const auto written = store_.log().write(batch);
    ASSERT_TRUE(written.has_value()) << written.error().message();
  }

  GroupWrite draw_write(Item& item) {
    auto& [group, model] = item;
    GroupWrite write;
    write.group = group;
    write.storage = storage_named("storage");
    if (random_.chance({1, 3})) {
      write.hard = model.hard =
          HardState{model.hard.term + 1, std::nullopt, Index(random_.below(100))};
    }
    if (random_.chance({1, 25})) {
      write.reset = model.base =
          Cursor{model.last().term + random_.below(2), Index(random_.below(300))};
      model.entries.clear();
    }
    if (random_.chance({3, 4})) {
      draw_entries(write, model);
    }
    if (!model.entries.empty() && random_.chance({1, 6})) {
      const Index upto =
          model.base.index + 1 + random_.below(random_.below(model.entries.size()) + 1);
      write.prune = model.entry(upto).position;
      model.entries.erase(
          model.entries.begin(),
          model.entries.begin() + static_cast<std::ptrdiff_t>(upto - model.base.index));
      model.base = *write.prune;
    }
    if (!model.snapshots.empty() && random_.chance({1, 5})) {
      const SnapshotId id = model.snapshots.rbegin()->first;
      write.snapshot = model.in_force = SnapshotRef{id, at(1, id.value())};
    }
    return write;
  }

  void draw_entries(GroupWrite& write, ModelGroup& model) {
    if (!model.entries.empty() && random_.chance({1, 5})) {
      model.entries.resize(random_.below(model.entries.size()));
    }
    Cursor position = model.last();
    const std::uint64_t count = 1 + random_.below(random_.chance({1, 10}) ? 400 : 10);
    for (std::uint64_t i = 0; i < count; ++i) {
      position.term = position.term + (random_.chance({1, 8}) ? random_.below(3) : 0);
      ++position.index;
      RawEntry entry =
          command(position, std::to_string(serial_++) + std::string(random_.below(500), '-'));
      entry.kind = static_cast<EntryKind>(random_.below(6));
      write.entries.push_back(entry);
      model.entries.push_back(std::move(entry));
    }
  }

  void put_snapshot() {
    auto& [group, model] = pick();
    const SnapshotId id(++model.snapshots_put);
    const std::string state = std::string(random_.below(3000), 's') + std::to_string(serial_++);
    const auto stored = put(store_.snapshots(), group, id,
                            {at(1, id.value()), Bytes::copy("anchor"), Bytes(state)});
    ASSERT_TRUE(stored.has_value()) << stored.error().message();
    model.snapshots[id] = state;
  }

  void drop_snapshots() {
    auto& [group, model] = pick();
    const SnapshotId keep(random_.below(model.snapshots_put + 1));
    ASSERT_TRUE(drop_unused(store_.snapshots(), group, keep));
    const auto in_force = model.in_force ? std::optional(model.in_force->id) : std::nullopt;
    std::erase_if(model.snapshots,
                  [&](const auto& held) { return held.first != keep && held.first != in_force; });
  }

  void compare(GroupId group) {
    const ModelGroup& model = groups_.at(group);
    const auto record = store_.log().open(group);
    ASSERT_TRUE(record.has_value()) << record.error().message();
    ASSERT_EQ(record->base, model.base);
    ASSERT_EQ(record->last, model.last());
    ASSERT_EQ(record->hard, model.hard);
    ASSERT_EQ(record->snapshot, model.in_force);
    compare_shape(*record, model);
    ASSERT_EQ(all_entries(store_.log(), group), model.entries);
    compare_one_read(group, model);
    for (std::uint64_t id = 1; id <= model.snapshots_put; ++id) {
      const auto loaded = load(store_.snapshots(), group, SnapshotId(id));
      ASSERT_EQ(loaded.has_value(), model.snapshots.contains(SnapshotId(id)));
      if (loaded) {
        ASSERT_EQ(loaded->state.text(), model.snapshots.at(SnapshotId(id)));
      }
    }
  }

  static void compare_shape(const GroupRecord& record, const ModelGroup& model) {
    std::vector<TermRun> runs;
    std::vector<Landmark> landmarks;
    for (const RawEntry& entry : model.entries) {
      if (runs.empty() || runs.back().term != entry.position.term) {
        runs.push_back({entry.position.term, entry.position.index});
      }
      if (entry.kind == EntryKind::genesis || entry.kind == EntryKind::membership ||
          entry.kind == EntryKind::settings) {
        landmarks.push_back({entry.kind, entry.position.index});
      }
    }
    ASSERT_EQ(record.runs, runs);
    ASSERT_EQ(record.landmarks, landmarks);
  }

  void compare_one_read(GroupId group, const ModelGroup& model) {
    if (model.entries.empty()) {
      return;
    }
    const std::size_t from = random_.below(model.entries.size());
    const std::size_t upto = from + random_.below(model.entries.size() - from);
    const std::size_t bytes_max = random_.below(20000);
    std::vector<RawEntry> expected;
    std::size_t bytes = 0;
    for (std::size_t i = from; i <= upto; ++i) {
      bytes += model.entries[i].size();
      if (bytes > bytes_max && !expected.empty()) {
        break;
      }
      expected.push_back(model.entries[i]);
    }
    const auto read = store_.log().read(
        group, {model.entries[from].position.index, model.entries[upto].position.index, bytes_max});
    ASSERT_TRUE(read.has_value()) << read.error().message();
    ASSERT_EQ(*read, expected);
  }

  StoreUnderTest& store_;
  Random random_;
  std::map<GroupId, ModelGroup> groups_;
  std::uint64_t serial_ = 0;
};

class StoreModel : public ::testing::TestWithParam<std::tuple<Kind, std::uint64_t>> {};

INSTANTIATE_TEST_SUITE_P(Stores, StoreModel,
                         ::testing::Combine(::testing::Values(Kind::memory, Kind::rocks),
                                            ::testing::Range<std::uint64_t>(1, 7)),
                         [](const auto& chosen) {
                           return std::string(std::get<0>(chosen.param) == Kind::memory ? "Memory"
                                                                                        : "Rocks") +
                                  std::to_string(std::get<1>(chosen.param));
                         });

TEST_P(StoreModel, AStoreHoldsWhatTheModelHolds) {
  const auto [kind, seed] = GetParam();
  StoreUnderTest store(kind);
  ModelRun run(store, seed);
  for (int i = 0; i < 300 && !HasFatalFailure(); ++i) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(i));
    run.step();
  }
  run.compare_all();
}

}  // namespace
}  // namespace tessera::storage
