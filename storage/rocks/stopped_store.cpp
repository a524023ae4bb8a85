#include <tessera/storage/rocks/internal/data_directory.h>
#include <tessera/storage/rocks/internal/database.h>
#include <tessera/storage/rocks/internal/examination.h>
#include <tessera/storage/rocks/internal/folder_lock.h>
#include <tessera/storage/rocks/internal/group_table.h>
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/internal/recovery.h>
#include <tessera/storage/rocks/internal/rocks_log.h>
#include <tessera/storage/rocks/internal/rocks_snapshots.h>
#include <tessera/storage/rocks/internal/snapshot_parts.h>
#include <tessera/storage/rocks/internal/standing.h>
#include <tessera/storage/rocks/internal/watermark.h>
#include <tessera/storage/rocks/stopped_store.h>

#include <limits>
#include <string>
#include <utility>

namespace tessera::storage {
namespace rocks {
namespace {

class StoppedRocksStore final : public StoppedStore {
 public:
  StoppedRocksStore(FolderLock lock, std::unique_ptr<Database> database)
      : lock_(std::move(lock)),
        database_(std::move(database)),
        table_(*database_),
        parts_(*database_),
        log_(*database_, table_, parts_, std::numeric_limits<std::size_t>::max()),
        snapshots_(*database_, table_, parts_) {}

  [[nodiscard]] Result<ExaminedStore> examine() override;
  [[nodiscard]] Result<PeerId> owner() override;
  [[nodiscard]] Result<void> keeps_promises() override;
  [[nodiscard]] LogStore& log() override { return log_; }
  [[nodiscard]] SnapshotStore& snapshots() override { return snapshots_; }

 private:
  void examine_own_records(ExaminedStore& examined);
  [[nodiscard]] ExaminedGroup examine_group(GroupId group, std::vector<Damage>& damage);

  FolderLock lock_;                     // first: held as long as anything is read
  std::unique_ptr<Database> database_;  // the others use it
  GroupTable table_;
  SnapshotParts parts_;
  RocksLog log_;
  RocksSnapshots snapshots_;
};

[[nodiscard]] Damage of_store(Error check) {
  return {std::nullopt, std::nullopt, std::nullopt, std::move(check)};
}

Result<ExaminedStore> StoppedRocksStore::examine() {
  ExaminedStore examined;
  examined.format = store_format;
  examine_own_records(examined);
  if (auto sound = database_->verify_files(); !sound) {
    if (!sound.error().is(Errc::damaged)) {
      return std::move(sound).error();
    }
    examined.damage.push_back(of_store(std::move(sound).error()));
  }
  auto groups = table_.groups();
  if (!groups) {
    if (!groups.error().is(Errc::damaged)) {
      return std::move(groups).error();
    }
    examined.damage.push_back(of_store(std::move(groups).error()));
    return examined;
  }
  for (const GroupId group : *groups) {
    examined.groups.push_back(examine_group(group, examined.damage));
  }
  return examined;
}

Result<PeerId> StoppedRocksStore::owner() {
  const auto record =
      database_->load<StoreRecord>(Family::meta, store_key, "the record of the store's owner");
  if (!record) {
    return record.error();
  }
  if (!*record) {
    return database_->damaged("the record of the store's owner is missing");
  }
  return (*record)->owner;
}

Result<void> StoppedRocksStore::keeps_promises() {
  const auto promised = Watermark(database_->path(), database_->env()).read();
  if (!promised) {
    return promised.error();
  }
  if (auto whole = check_manifest(database_->path(), database_->env(), *promised); !whole) {
    return whole;
  }
  const auto last_run =
      database_->load<RunRecord>(Family::meta, run_key, "the record of the store's starts");
  if (!last_run) {
    return last_run.error();
  }
  const auto there = what_stands(*database_, last_run->value_or(RunRecord{}), *promised);
  return there ? Result<void>() : there.error();
}

void StoppedRocksStore::examine_own_records(ExaminedStore& examined) {
  auto owner =
      database_->load<StoreRecord>(Family::meta, store_key, "the record of the store's owner");
  if (owner && *owner) {
    examined.owner = (*owner)->owner;
  } else if (!owner) {
    examined.damage.push_back(of_store(std::move(owner).error()));
  }
  auto run = database_->load<RunRecord>(Family::meta, run_key, "the record of the store's starts");
  if (run && *run) {
    examined.starts = (*run)->starts;
  }
  if (auto kept = keeps_promises(); !kept) {
    examined.damage.push_back(of_store(std::move(kept).error()));
  }
  if (examined.starts != 0 && owner && !*owner) {
    examined.damage.push_back(
        of_store(database_->damaged("the record of the store's owner is missing")));
  }
}

ExaminedGroup StoppedRocksStore::examine_group(GroupId group, std::vector<Damage>& damage) {
  ExaminedGroup examined;
  examined.group = group;
  auto record = table_.find(group);
  if (record) {
    examined.record = **record;
    examine_log(*database_, {group, *examined.record}, examined, damage);
  } else {
    damage.push_back({group, std::nullopt, std::nullopt, std::move(record).error()});
  }
  examine_snapshots(snapshots_, examined.record ? &*examined.record : nullptr, examined, damage);
  return examined;
}

}  // namespace

}  // namespace rocks

Result<std::unique_ptr<StoppedStore>> open_stopped_store(const std::filesystem::path& path,
                                                         DamagedLog damaged_log) {
  rocksdb::Env* const env = rocksdb::Env::Default();
  if (auto found = rocks::find_store(path, env); !found) {
    return std::move(found).error();
  }
  auto lock = rocks::FolderLock::take(path);
  if (!lock) {
    return std::move(lock).error();
  }
  auto database = rocks::Database::open_for_reading(path, env, damaged_log);
  if (!database) {
    return std::move(database).error();
  }
  return std::make_unique<rocks::StoppedRocksStore>(*std::move(lock), *std::move(database));
}

}  // namespace tessera::storage
