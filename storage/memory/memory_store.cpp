#include <tessera/primitives/check.h>
#include <tessera/primitives/random.h>
#include <tessera/storage/internal/record_update.h>
#include <tessera/storage/memory/memory_store.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace tessera::storage {
namespace {

struct HeldSnapshot {
  StoredSnapshot stored;
  std::map<std::uint32_t, Bytes> parts;
};

/// One group's data.
struct HeldGroup {
  GroupRecord record;
  std::deque<RawEntry> entries;  ///< (record.base, record.last]
  std::map<SnapshotId, HeldSnapshot> snapshots;
};

/// Everything; one lock, since nothing here takes long.
struct Contents {
  std::mutex mutex;
  std::map<GroupId, HeldGroup> groups;
};

void update_entries(HeldGroup& held, const GroupWrite& write) {
  if (write.reset) {
    held.entries.clear();
  }
  if (!write.entries.empty()) {
    const Index first = write.entries.front().position.index;
    while (!held.entries.empty() && held.entries.back().position.index >= first) {
      held.entries.pop_back();
    }
    held.entries.insert(held.entries.end(), write.entries.begin(), write.entries.end());
  }
  while (!held.entries.empty() && held.entries.front().position.index <= held.record.base.index) {
    held.entries.pop_front();
  }
}

/// A record exists once something has been written; snapshots alone do not make one.
[[nodiscard]] bool is_written(const HeldGroup& held) { return !held.record.storage.is_none(); }

class MemoryLog final : public LogStore {
 public:
  explicit MemoryLog(Contents& contents) : contents_(contents) {}

  Result<GroupRecord> open(GroupId group) override {
    const std::scoped_lock lock(contents_.mutex);
    const auto found = contents_.groups.find(group);
    return found == contents_.groups.end() ? GroupRecord{} : found->second.record;
  }

  Result<std::vector<GroupId>> groups() override {
    const std::scoped_lock lock(contents_.mutex);
    std::vector<GroupId> held;
    for (const auto& [group, data] : contents_.groups) {
      if (is_written(data)) {
        held.push_back(group);
      }
    }
    return held;
  }

  Result<void> write(std::span<const GroupWrite> writes) override {
    const std::scoped_lock lock(contents_.mutex);
    for (const GroupWrite& write : writes) {
      HeldGroup& held = contents_.groups[write.group];
      check(!write.snapshot || held.snapshots.contains(write.snapshot->id),
            "a snapshot is stored before it comes into force");
      update_record(held.record, write);
      update_entries(held, write);
      check(held.entries.size() == held.record.last.index - held.record.base.index,
            "the entries held are those of the record");
    }
    return {};
  }

  Result<std::vector<RawEntry>> read(GroupId group, ReadRange range) override {
    const std::scoped_lock lock(contents_.mutex);
    std::vector<RawEntry> entries;
    const auto found = contents_.groups.find(group);
    if (found == contents_.groups.end()) {
      return entries;
    }
    const HeldGroup& held = found->second;
    const Index upto = std::min(range.upto, held.record.last.index);
    if (range.from <= held.record.base.index) {
      return entries;
    }
    std::size_t bytes = 0;
    for (Index index = range.from; index <= upto; ++index) {
      const RawEntry& entry = held.entries[index - held.record.base.index - 1];
      bytes += entry.size();
      if (bytes > range.bytes_max && !entries.empty()) {
        break;
      }
      entries.push_back(entry);
    }
    return entries;
  }

  Result<void> erase(GroupId group) override {
    const std::scoped_lock lock(contents_.mutex);
    contents_.groups.erase(group);
    return {};
  }

 private:
  Contents& contents_;
};

class MemorySnapshots final : public SnapshotStore {
 public:
  explicit MemorySnapshots(Contents& contents) : contents_(contents) {}

  Result<void> stage(GroupId group, SnapshotId id, const SnapshotManifest& manifest) override {
    const std::scoped_lock lock(contents_.mutex);
    HeldGroup& held = contents_.groups[group];
    check(!held.record.snapshot || held.record.snapshot->id != id,
          "the snapshot in force is not replaced under its own name");
    held.snapshots.insert_or_assign(id, HeldSnapshot{{manifest, false}, {}});
    return {};
  }

  Result<void> put_part(GroupId group, const SnapshotPart& part, ByteView data) override {
    const std::scoped_lock lock(contents_.mutex);
    contents_.groups[group].snapshots[part.snapshot].parts.insert_or_assign(part.number,
                                                                            Bytes::copy(data));
    return {};
  }

  Result<void> complete(GroupId group, SnapshotId id, const SnapshotManifest& manifest) override {
    const std::scoped_lock lock(contents_.mutex);
    contents_.groups[group].snapshots[id].stored = {manifest, true};
    return {};
  }

  Result<StoredSnapshot> find(GroupId group, SnapshotId id) override {
    const std::scoped_lock lock(contents_.mutex);
    const HeldSnapshot* held = look_up(group, id);
    if (held == nullptr) {
      return not_there(group, {id, 0});
    }
    return held->stored;
  }

  Result<Bytes> part(GroupId group, const SnapshotPart& part) override {
    const std::scoped_lock lock(contents_.mutex);
    const HeldSnapshot* held = look_up(group, part.snapshot);
    if (held == nullptr || !held->parts.contains(part.number)) {
      return not_there(group, part);
    }
    return held->parts.at(part.number);
  }

  Result<std::vector<SnapshotId>> held(GroupId group) override {
    const std::scoped_lock lock(contents_.mutex);
    std::vector<SnapshotId> ids;
    for (const auto& [id, snapshot] : contents_.groups[group].snapshots) {
      ids.push_back(id);
    }
    return ids;
  }

  Result<void> drop_unused(GroupId group, std::span<const SnapshotId> keep) override {
    const std::scoped_lock lock(contents_.mutex);
    HeldGroup& held = contents_.groups[group];
    std::erase_if(held.snapshots, [&](const auto& item) {
      const bool in_force = held.record.snapshot && item.first == held.record.snapshot->id;
      return !in_force && std::find(keep.begin(), keep.end(), item.first) == keep.end();
    });
    return {};
  }

 private:
  [[nodiscard]] const HeldSnapshot* look_up(GroupId group, SnapshotId id) const {
    const auto held = contents_.groups.find(group);
    if (held == contents_.groups.end()) {
      return nullptr;
    }
    const auto found = held->second.snapshots.find(id);
    return found == held->second.snapshots.end() ? nullptr : &found->second;
  }
  [[nodiscard]] static Error not_there(GroupId group, const SnapshotPart& part) {
    return {Errc::not_found, "group " + group.brief() + " has no " + name_of(part)};
  }

  Contents& contents_;
};

class MemoryNodeRecords final : public NodeRecords {
 public:
  Result<void> keep(std::string_view name, const Bytes& record) override {
    const std::scoped_lock lock(mutex_);
    records_.insert_or_assign(std::string(name), record);
    return {};
  }

  Result<Bytes> kept(std::string_view name) override {
    const std::scoped_lock lock(mutex_);
    const auto found = records_.find(std::string(name));
    if (found == records_.end()) {
      return Error(Errc::not_found,
                   "the node's record '" + std::string(name) + "' has never been kept");
    }
    return found->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Bytes> records_;  // guarded by mutex_
};

class MemoryStore final : public Store {
 public:
  MemoryStore() : run_{1, system_entropy()}, log_(contents_), snapshots_(contents_) {}

  [[nodiscard]] StoreRun run() const override { return run_; }
  [[nodiscard]] bool durable() const override { return false; }
  [[nodiscard]] LogStore& log() override { return log_; }
  [[nodiscard]] SnapshotStore& snapshots() override { return snapshots_; }
  [[nodiscard]] NodeRecords& node_records() override { return node_records_; }

 private:
  StoreRun run_;
  Contents contents_;
  MemoryLog log_;
  MemorySnapshots snapshots_;
  MemoryNodeRecords node_records_;
};

}  // namespace

std::unique_ptr<Store> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace tessera::storage
