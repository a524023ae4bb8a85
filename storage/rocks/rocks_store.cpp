#include <tessera/primitives/check.h>
#include <tessera/primitives/random.h>
#include <tessera/storage/rocks/internal/data_directory.h>
#include <tessera/storage/rocks/internal/database.h>
#include <tessera/storage/rocks/internal/group_table.h>
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/internal/rocks_log.h>
#include <tessera/storage/rocks/internal/rocks_node_records.h>
#include <tessera/storage/rocks/internal/rocks_snapshots.h>
#include <tessera/storage/rocks/internal/rocks_tables.h>
#include <tessera/storage/rocks/internal/snapshot_parts.h>
#include <tessera/storage/rocks/internal/standing.h>
#include <tessera/storage/rocks/internal/suspicion.h>
#include <tessera/storage/rocks/rocks_store.h>

#include <string>
#include <utility>

namespace tessera::storage {
namespace rocks {
namespace {

class RocksStore final : public Store {
 public:
  RocksStore(std::unique_ptr<Database> database, StoreRun run, std::size_t sweep_bytes_min)
      : database_(std::move(database)),
        run_(run),
        table_(*database_),
        parts_(*database_),
        log_(*database_, table_, parts_, sweep_bytes_min),
        snapshots_(*database_, table_, parts_),
        node_records_(*database_),
        tables_(std::make_shared<RocksTables>(*database_)) {}
  ~RocksStore() override { tables_->close(); }
  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;

  [[nodiscard]] StoreRun run() const override { return run_; }
  [[nodiscard]] bool durable() const override { return true; }
  [[nodiscard]] LogStore& log() override { return log_; }
  [[nodiscard]] SnapshotStore& snapshots() override { return snapshots_; }
  [[nodiscard]] NodeRecords& node_records() override { return node_records_; }
  [[nodiscard]] std::shared_ptr<MachineTables> tables() override { return tables_; }

 private:
  std::unique_ptr<Database> database_;  // first: the others use it
  StoreRun run_;
  GroupTable table_;
  SnapshotParts parts_;
  RocksLog log_;
  RocksSnapshots snapshots_;
  RocksNodeRecords node_records_;
  std::shared_ptr<RocksTables> tables_;
};

void put(rocksdb::WriteBatch& batch, const Database& database, std::string_view key,
         const std::vector<std::uint8_t>& record) {
  const auto added =
      batch.Put(database.family(Family::meta), slice_of(key), slice_of(ByteView(record)));
  check(added.ok(), "a batch takes what it is given");
}

/// Whether `owner` may use the store; a new one becomes its own with `batch`.
[[nodiscard]] Result<void> claim(rocksdb::WriteBatch& batch, const Database& database,
                                 PeerId owner) {
  const auto stored =
      database.load<StoreRecord>(Family::meta, store_key, "the record of the store's owner");
  if (!stored) {
    return stored.error();
  }
  const std::string store = "the store in '" + database.path().string() + "'";
  if (!*stored) {
    const auto run = database.get(Family::meta, run_key);
    if (!run) {
      return run.error();
    }
    if (*run) {
      return database.damaged("the record of the store's owner is missing");
    }
    put(batch, database, store_key, sealed(StoreRecord{.owner = owner}));
    return {};
  }
  if ((*stored)->format != store_format) {
    return Error(Errc::version_mismatch,
                 store + " has format " + std::to_string((*stored)->format) +
                     ", this version reads and writes format " + std::to_string(store_format));
  }
  if ((*stored)->owner != owner) {
    return Error(Errc::foreign, store + " belongs to the node " + (*stored)->owner.brief() +
                                    "; this node is " + owner.brief() +
                                    ". Use that node's key, or another folder");
  }
  return {};
}

/// Begins a new life of the store: the counter is raised and a number drawn, durably.
[[nodiscard]] Result<StoreRun> start(Database& database, PeerId owner,
                                     std::shared_ptr<Watermark> watermark,
                                     const std::optional<WatermarkRecord>& promised) {
  rocksdb::WriteBatch batch;
  if (auto claimed = claim(batch, database, owner); !claimed) {
    return std::move(claimed).error();
  }
  const auto before =
      database.load<RunRecord>(Family::meta, run_key, "the record of the store's starts");
  if (!before) {
    return before.error();
  }
  const RunRecord last_run = before->value_or(RunRecord{});
  const auto there = what_stands(database, last_run, promised);
  if (!there) {
    return there.error();
  }
  const RunRecord run{.starts = last_run.starts + 1, .number = system_entropy()};
  put(batch, database, run_key, sealed(run));
  const WatermarkRecord standing{there->origin, run.starts, run.number, there->count,
                                 database.durable_manifest()};
  if (!promised || !promised->counts_batches()) {
    if (const rocksdb::Status made = watermark->create(standing); !made.ok()) {
      return open_error(database.path(), made);
    }
  }
  if (auto begun = database.begin(std::move(watermark), standing, batch); !begun) {
    return std::move(begun).error();
  }
  return StoreRun{.starts = run.starts, .number = run.number};
}

}  // namespace

Result<std::unique_ptr<Store>> open_store(const RocksOptions& options, PeerId owner,
                                          const Surroundings& surroundings) {
  if (auto prepared = prepare_directory(options.path, surroundings.env); !prepared) {
    return std::move(prepared).error();
  }
  auto watermark = std::make_shared<Watermark>(options.path, surroundings.env);
  const auto promised = watermark->read();
  if (!promised) {
    return promised.error();
  }
  auto recovered = recover(options, surroundings.env, watermark, *promised);
  if (!recovered) {
    return std::move(recovered).error();
  }
  auto database = std::make_unique<Database>(options.path, *std::move(recovered));
  if (auto sound = look_into_suspicion(*database); !sound) {
    return std::move(sound).error();
  }
  const auto started = start(*database, owner, std::move(watermark), *promised);
  if (!started) {
    return started.error();
  }
  return std::make_unique<RocksStore>(std::move(database), *started, surroundings.sweep_bytes_min);
}

}  // namespace rocks

Result<std::unique_ptr<Store>> open_rocks_store(const RocksOptions& options, PeerId owner) {
  return rocks::open_store(options, owner, rocks::Surroundings{});
}

}  // namespace tessera::storage
