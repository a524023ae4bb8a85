#pragma once

#include "store_words.h"
#include "temporary_folder.h"
#include <tessera/storage/memory/memory_store.h>
#include <tessera/storage/rocks/internal/open.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <ostream>
#include <utility>

/// Both stores behind one face, for the rules that hold for either.
namespace tessera::storage::testing {

enum class Kind { memory, rocks };

inline void PrintTo(Kind kind, std::ostream* out) {
  *out << (kind == Kind::memory ? "memory" : "rocks");
}

class StoreUnderTest {
 public:
  explicit StoreUnderTest(Kind kind) : kind_(kind) { open(); }

  [[nodiscard]] Store& operator*() { return *store_; }
  [[nodiscard]] Store* operator->() { return store_.get(); }
  [[nodiscard]] LogStore& log() { return store_->log(); }
  [[nodiscard]] SnapshotStore& snapshots() { return store_->snapshots(); }
  /// Where the one on disk is.
  [[nodiscard]] std::filesystem::path path() const { return folder_ / "store"; }
  [[nodiscard]] bool survives_reopening() const { return kind_ == Kind::rocks; }

  /// Closes and opens a store that survives it; leaves the other as it is.
  void reopen() {
    if (survives_reopening()) {
      store_.reset();
      open();
    }
  }

 private:
  void open() {
    if (kind_ == Kind::memory) {
      store_ = make_memory_store();
      return;
    }
    rocks::Surroundings surroundings;
    surroundings.sweep_bytes_min = 1;  // so that sweeping happens in small tests, too
    RocksOptions options;
    options.path = path();
    auto opened = rocks::open_store(options, peer_named("owner"), surroundings);
    if (!opened) {
      throw std::runtime_error(opened.error().message());
    }
    store_ = *std::move(opened);
  }

  Kind kind_;
  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

/// A fixture for TEST_P over both stores.
class EveryStore : public ::testing::TestWithParam<Kind> {
 protected:
  void write(const GroupWrite& one) { write(std::vector<GroupWrite>{one}); }
  void write(const std::vector<GroupWrite>& all) {
    const auto written = store.log().write(all);
    ASSERT_TRUE(written.has_value()) << written.error().message();
  }
  GroupRecord record_of(GroupId which) {
    auto record = store.log().open(which);
    EXPECT_TRUE(record.has_value()) << record.error().message();
    return record ? *record : GroupRecord{};
  }

  StoreUnderTest store{GetParam()};
  const GroupId group = group_named("group");
};

inline std::string name_of_kind(const ::testing::TestParamInfo<Kind>& info) {
  return info.param == Kind::memory ? "Memory" : "Rocks";
}

}  // namespace tessera::storage::testing
