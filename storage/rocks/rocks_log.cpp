#include <tessera/primitives/check.h>
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/internal/packs.h>
#include <tessera/storage/rocks/internal/rocks_log.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

namespace tessera::storage::rocks {
namespace {

/// Pruned entries are swept at the latest when there are so many, however small they are.
constexpr std::uint64_t unswept_entries_max = 1 << 16;

}  // namespace

Result<GroupRecord> RocksLog::open(GroupId group) {
  // A write at the same time would look like damage.
  const std::scoped_lock lock(table_.writing());
  if (const auto refused = refused_.find(group); refused != refused_.end()) {
    return refused->second;
  }
  auto record = table_.find(group);
  if (!record) {
    return std::move(record).error();
  }
  if (auto sound = verify(group, **record); !sound) {
    return std::move(sound).error();
  }
  return **record;
}

Result<void> RocksLog::verify(GroupId group, const GroupRecord& record) const {
  if (record.last.index > record.base.index) {
    auto newest = find_pack(database_, {group, record}, record.last.index);
    if (!newest) {
      return std::move(newest).error();
    }
    auto oldest = find_pack(database_, {group, record}, record.base.index + 1);
    if (!oldest) {
      return std::move(oldest).error();
    }
  }
  if (record.snapshot) {
    const SnapshotId id = record.snapshot->id;
    const std::string name =
        "the manifest of snapshot " + std::to_string(id.value()) + " of group " + group.brief();
    const auto manifest =
        database_.load<SnapshotRecord>(Family::snapshot, manifest_key(group, id), name);
    if (!manifest) {
      return manifest.error();
    }
    if (!*manifest || (*manifest)->group != group || (*manifest)->id != id) {
      return database_.damaged(name + (*manifest ? " is another's" : " is missing"));
    }
    if (!(*manifest)->stored.complete) {
      return database_.damaged(name + " says that parts of it are missing");
    }
  }
  return {};
}

Result<void> RocksLog::write(std::span<const GroupWrite> writes) {
  const std::scoped_lock lock(table_.writing());
  if (auto ok = database_.usable(); !ok) {
    return ok;
  }
  Changes changes;
  for (const GroupWrite& write : writes) {
    if (auto folded = fold(changes, write); !folded) {
      return folded;
    }
  }
  rocksdb::WriteBatch batch;
  for (auto& [group, change] : changes) {
    if (auto added = change.add_to(batch, database_); !added) {
      return refuse_from_now_on(group, std::move(added).error());
    }
  }
  if (auto committed = database_.commit(batch, Database::Sync::now); !committed) {
    return committed;
  }
  for (const auto& [group, change] : changes) {
    table_.set(group, std::make_shared<const GroupRecord>(change.after()));
  }
  const bool promises =
      std::ranges::any_of(changes, [](const auto& each) { return each.second.promises(); });
  if (promises) {
    if (auto raised = database_.raise_watermark(); !raised) {
      return raised;
    }
  }
  for (const auto& [group, change] : changes) {
    if (change.moves_base()) {
      sweep(group, change.after());
    }
  }
  return {};
}

Result<void> RocksLog::fold(Changes& changes, const GroupWrite& write) {
  auto change = changes.find(write.group);
  if (change == changes.end()) {
    if (const auto refused = refused_.find(write.group); refused != refused_.end()) {
      return refused->second;
    }
    auto record = table_.find(write.group);
    if (!record) {
      return refuse_from_now_on(write.group, record.error());
    }
    change = changes.emplace(write.group, GroupChange(write.group, *std::move(record))).first;
  }
  if (write.snapshot) {
    const auto manifest =
        database_.get(Family::snapshot, manifest_key(write.group, write.snapshot->id));
    if (!manifest) {
      return refuse_from_now_on(
          write.group, manifest.error().within(name_of(SnapshotPart{write.snapshot->id, 0}) +
                                               " of group " + write.group.brief()));
    }
    check(manifest->has_value(), "a snapshot is stored before it comes into force");
  }
  change->second.fold(write);
  return {};
}

/// Once a group's write has been refused, the ones behind it do not follow the log any more.
Error RocksLog::refuse_from_now_on(GroupId group, Error error) {
  refused_.emplace(group, error);
  return error;
}

/// Deletes whole packs below the base from the disk when they have become many, with one range for
/// all of them. It need not be durable, and it may wait: nothing below the base is ever read.
void RocksLog::sweep(GroupId group, const GroupRecord& record) {
  Index& swept = swept_[group];
  if (record.base.index < swept) {
    swept = Index();  // the log began anew further down
  }
  const auto held_from = first_of_pack_with(database_, group, record.base.index + 1);
  if (!held_from || *held_from <= swept) {
    return;
  }
  const std::string from = pack_key(group, swept);
  const std::string behind = pack_key(group, *held_from);
  const Database::Bounds bounds{slice_of(from), slice_of(behind)};
  if (*held_from - swept < unswept_entries_max &&
      database_.approximate_bytes(Family::log, bounds) < sweep_bytes_min_) {
    return;
  }
  rocksdb::WriteBatch batch;
  const auto added = batch.DeleteRange(database_.family(Family::log), bounds.from, bounds.behind);
  check(added.ok(), "a batch takes what it is given");
  // If this fails, the next write says so.
  if (!database_.commit(batch, Database::Sync::later)) {
    return;
  }
  swept = *held_from;
  // Files that hold nothing else sink to where they would not be merged for a long time. From the
  // beginning: some could not be dropped before, because they were new.
  const std::string beginning = pack_key(group, Index());
  database_.free_files(Family::log, {slice_of(beginning), bounds.behind});
}

Result<std::vector<RawEntry>> RocksLog::read(GroupId group, ReadRange range) {
  auto entries = read_unlocked(group, range);
  if (entries || !(entries.error().is(Errc::damaged) || entries.error().is(Errc::foreign))) {
    return entries;
  }
  // Either it is damaged, or a write has changed the log between two steps of the read.
  const std::scoped_lock lock(table_.writing());
  return read_unlocked(group, range);
}

Result<std::vector<RawEntry>> RocksLog::read_unlocked(GroupId group, const ReadRange& range) {
  auto record = table_.find(group);
  if (!record) {
    return std::move(record).error();
  }
  return read_packs(database_, {group, **record}, range);
}

Result<void> RocksLog::erase(GroupId group) {
  const std::scoped_lock lock(table_.writing());
  const std::string from = before_group(group);
  const std::string behind = behind_group(group);
  rocksdb::WriteBatch batch;
  bool added = true;
  for (const std::string& key : {identity_key(group), positions_key(group), witness_key(group)}) {
    added &= batch.Delete(database_.family(Family::meta), slice_of(key)).ok();
  }
  for (const Family family : {Family::log, Family::snapshot}) {
    added &= batch.DeleteRange(database_.family(family), slice_of(from), slice_of(behind)).ok();
  }
  check(added, "a batch takes what it is given");
  if (auto committed = database_.commit(batch, Database::Sync::now); !committed) {
    return committed;
  }
  table_.forget(group);
  parts_.forget(group);
  refused_.erase(group);
  swept_.erase(group);
  return {};
}

}  // namespace tessera::storage::rocks
