#pragma once

#include <tessera/storage/store.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace tessera::storage::testing {

/// What was read of a store, by any thread.
class ReadCounts {
 public:
  void entry(const RawEntry& entry) {
    const std::scoped_lock lock(mutex_);
    ++entries_[entry.position.index];
    bytes_ += entry.size();
  }
  void part(std::uint32_t number) {
    const std::scoped_lock lock(mutex_);
    ++parts_[number];
  }
  void forget() {
    const std::scoped_lock lock(mutex_);
    entries_.clear();
    parts_.clear();
    bytes_ = 0;
  }
  /// How often each entry, by its index, and each part of a snapshot was read.
  [[nodiscard]] std::map<Index, int> entries() const {
    const std::scoped_lock lock(mutex_);
    return entries_;
  }
  [[nodiscard]] std::map<std::uint32_t, int> parts() const {
    const std::scoped_lock lock(mutex_);
    return parts_;
  }
  [[nodiscard]] std::uint64_t bytes() const {
    const std::scoped_lock lock(mutex_);
    return bytes_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<Index, int> entries_;
  std::map<std::uint32_t, int> parts_;
  std::uint64_t bytes_ = 0;  ///< of the entries
};

/// A store that notes what is read from it.
class CountedStore final : public Store, public LogStore, public SnapshotStore {
 public:
  CountedStore(std::unique_ptr<Store> store, std::shared_ptr<ReadCounts> counts)
      : store_(std::move(store)), counts_(std::move(counts)) {}

  StoreRun run() const override { return store_->run(); }
  bool durable() const override { return store_->durable(); }
  LogStore& log() override { return *this; }
  SnapshotStore& snapshots() override { return *this; }
  NodeRecords& node_records() override { return store_->node_records(); }
  std::shared_ptr<MachineTables> tables() override { return store_->tables(); }

  Result<GroupRecord> open(GroupId group) override { return store_->log().open(group); }
  Result<std::vector<GroupId>> groups() override { return store_->log().groups(); }
  Result<void> write(std::span<const GroupWrite> writes) override {
    return store_->log().write(writes);
  }
  Result<std::vector<RawEntry>> read(GroupId group, ReadRange range) override {
    auto entries = store_->log().read(group, range);
    if (entries) {
      for (const RawEntry& each : *entries) counts_->entry(each);
    }
    return entries;
  }
  Result<void> erase(GroupId group) override { return store_->log().erase(group); }

  Result<void> stage(GroupId group, SnapshotId id, const SnapshotManifest& manifest) override {
    return store_->snapshots().stage(group, id, manifest);
  }
  Result<void> put_part(GroupId group, const SnapshotPart& part, ByteView data) override {
    return store_->snapshots().put_part(group, part, data);
  }
  Result<void> complete(GroupId group, SnapshotId id, const SnapshotManifest& manifest) override {
    return store_->snapshots().complete(group, id, manifest);
  }
  Result<StoredSnapshot> find(GroupId group, SnapshotId id) override {
    return store_->snapshots().find(group, id);
  }
  Result<Bytes> part(GroupId group, const SnapshotPart& part) override {
    counts_->part(part.number);
    return store_->snapshots().part(group, part);
  }
  Result<std::vector<SnapshotId>> held(GroupId group) override {
    return store_->snapshots().held(group);
  }
  Result<void> drop_unused(GroupId group, std::span<const SnapshotId> keep) override {
    return store_->snapshots().drop_unused(group, keep);
  }

 private:
  std::unique_ptr<Store> store_;
  std::shared_ptr<ReadCounts> counts_;
};

}  // namespace tessera::storage::testing
