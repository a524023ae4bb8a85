#include <tessera/primitives/check.h>
#include <tessera/storage/rocks/internal/rocks_tables.h>
#include <tessera/storage/rocks/internal/sorted_file.h>

#include <deque>
#include <mutex>
#include <string>
#include <utility>

namespace tessera::storage::rocks {
namespace {

/// Items that a view reads at once.
constexpr std::size_t batch_items = 256;
constexpr std::size_t batch_bytes = std::size_t{256} << 10U;
/// Of one file that is appended to.
constexpr std::size_t file_bytes = std::size_t{64} << 20U;

[[nodiscard]] std::string prefix_of(std::uint64_t number) {
  std::string prefix;
  for (int shift = 56; shift >= 0; shift -= 8) {
    prefix.push_back(static_cast<char>((number >> shift) & 0xff));
  }
  return prefix;
}

/// The keys of one table, deleted when nobody reads or writes them any more.
class TableRange {
 public:
  explicit TableRange(std::shared_ptr<TableHome> home)
      : home_(std::move(home)),
        number_(home_->draw_number()),
        prefix_(prefix_of(number_)),
        behind_(prefix_of(number_ + 1)) {}
  TableRange(const TableRange&) = delete;
  TableRange& operator=(const TableRange&) = delete;
  ~TableRange() {
    [[maybe_unused]] const auto done = home_->with_database([&](Database& database) {
      auto erased = erase(database);
      if (erased) {
        database.free_files(Family::machine, bounds());
      }
      return erased;
    });
  }

  [[nodiscard]] TableHome& home() const { return *home_; }
  [[nodiscard]] std::string key(ByteView key) const { return prefix_ + std::string(as_text(key)); }
  [[nodiscard]] std::size_t prefix_size() const { return prefix_.size(); }
  [[nodiscard]] Database::Bounds bounds() const { return {slice_of(prefix_), slice_of(behind_)}; }

  Result<void> erase(Database& database) const {
    rocksdb::WriteBatch batch;
    const auto added =
        batch.DeleteRange(database.family(Family::machine), slice_of(prefix_), slice_of(behind_));
    check(added.ok(), "a batch takes what it is given");
    return database.commit(batch, Database::Sync::never);
  }

 private:
  std::shared_ptr<TableHome> home_;
  std::uint64_t number_;
  std::string prefix_;
  std::string behind_;
};

/// An open walk and no snapshot of RocksDB: when one of those is released, every file that it held
/// back is written anew, the parts of snapshots among them (decision 0207).
class RocksView final : public TableView {
 public:
  /// Within `with_database`.
  RocksView(std::shared_ptr<const TableRange> range, std::string from, const Database& database)
      : range_(std::move(range)),
        from_(std::move(from)),
        bounds_{slice_of(from_), range_->bounds().behind} {
    range_->home().begin(walk_, database.walk(Family::machine, bounds_));
  }
  RocksView(const RocksView&) = delete;
  RocksView& operator=(const RocksView&) = delete;
  ~RocksView() override { range_->home().end(walk_); }

  Result<std::optional<TableItem>> next() override {
    if (read_.empty() && !at_end_) {
      auto done = range_->home().with_database([&](Database& database) { return read(database); });
      if (!done) {
        return std::move(done).error();
      }
    }
    if (read_.empty()) {
      return std::optional<TableItem>();
    }
    std::optional<TableItem> item(std::move(read_.front()));
    read_.pop_front();
    return item;
  }

 private:
  /// A batch at a time, so that the store can be closed between them.
  Result<void> read(const Database& database) {
    if (!begun_) {
      walk_->SeekToFirst();
      begun_ = true;
    }
    std::size_t bytes = 0;
    for (; walk_->Valid(); walk_->Next()) {
      if (read_.size() == batch_items || bytes >= batch_bytes) {
        return {};
      }
      bytes += walk_->key().size() + walk_->value().size();
      std::string key = walk_->key().ToString();
      key.erase(0, range_->prefix_size());
      read_.push_back({std::move(key), Bytes::copy(view_of(walk_->value()))});
    }
    at_end_ = true;
    if (!walk_->status().ok()) {
      read_.clear();
      return database.read_error(walk_->status());
    }
    return {};
  }

  std::shared_ptr<const TableRange> range_;
  std::string from_;
  Database::Bounds bounds_;
  TableHome::Walk walk_;
  std::deque<TableItem> read_;
  bool begun_ = false;
  bool at_end_ = false;
};

class RocksTable final : public MachineTable {
 public:
  explicit RocksTable(std::shared_ptr<TableHome> home)
      : range_(std::make_shared<TableRange>(std::move(home))) {}

  Result<std::optional<Bytes>> get(ByteView key) const override {
    return use([&](Database& database) -> Result<std::optional<Bytes>> {
      auto found = database.get(Family::machine, range_->key(key));
      if (!found) {
        return std::move(found).error();
      }
      return *found ? std::optional(Bytes(**std::move(found))) : std::optional<Bytes>();
    });
  }

  Result<void> put(ByteView key, ByteView value) override {
    return change([&](rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* family) {
      return batch.Put(family, slice_of(range_->key(key)), slice_of(value));
    });
  }

  Result<void> erase(ByteView key) override {
    return change([&](rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* family) {
      return batch.Delete(family, slice_of(range_->key(key)));
    });
  }

  Result<void> clear() override {
    return use([&](Database& database) { return range_->erase(database); });
  }

  Result<void> append(ByteView key, ByteView value) override {
    return range_->home().with_database([&](Database& database) -> Result<void> {
      if (!file_) {
        file_ = std::make_unique<SortedFile>(database, database.family(Family::machine));
      }
      if (auto added = file_->add(range_->key(key), value); !added) {
        return added;
      }
      return file_->bytes() < file_bytes ? Result<void>() : take_in();
    });
  }

  Result<std::unique_ptr<TableView>> view(ByteView from) const override {
    return use([&](Database& database) -> Result<std::unique_ptr<TableView>> {
      return std::unique_ptr<TableView>(
          std::make_unique<RocksView>(range_, range_->key(from), database));
    });
  }

 private:
  /// What was appended is in the table before anything else is done with it.
  template <class Use>
  auto use(const Use& what) const -> decltype(what(std::declval<Database&>())) {
    return range_->home().with_database(
        [&](Database& database) -> decltype(what(std::declval<Database&>())) {
          if (auto taken = take_in(); !taken) {
            return std::move(taken).error();
          }
          return what(database);
        });
  }

  template <class Fill>
  Result<void> change(const Fill& fill) {
    return use([&](Database& database) {
      rocksdb::WriteBatch batch;
      check(fill(batch, database.family(Family::machine)).ok(), "a batch takes what it is given");
      return database.commit(batch, Database::Sync::never);
    });
  }

  Result<void> take_in() const {
    if (!file_) {
      return {};
    }
    auto taken = file_->take_in();
    file_.reset();
    return taken;
  }

  std::shared_ptr<TableRange> range_;
  mutable std::unique_ptr<SortedFile> file_;  ///< what was appended and is not in the table yet
};

}  // namespace

void TableHome::close() {
  const std::unique_lock lock(mutex_);
  if (database_ == nullptr) {
    return;
  }
  for (Walk* walk : walks_) {
    walk->reset();
  }
  walks_.clear();
  database_ = nullptr;
}

void TableHome::begin(Walk& walk, Walk begun) {
  const std::scoped_lock lock(walks_mutex_);
  walk = std::move(begun);
  walks_.insert(&walk);
}

void TableHome::end(Walk& walk) {
  const std::shared_lock lock(mutex_);
  const std::scoped_lock walks(walks_mutex_);
  walks_.erase(&walk);
  walk.reset();
}

Error TableHome::closed() { return {Errc::group_closed, "the store of the machine is closed"}; }

std::unique_ptr<MachineTable> RocksTables::make() { return std::make_unique<RocksTable>(home_); }

}  // namespace tessera::storage::rocks
