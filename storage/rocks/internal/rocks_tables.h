#pragma once

#include <tessera/storage/machine_table.h>
#include <tessera/storage/rocks/internal/database.h>

#include <rocksdb/iterator.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <set>
#include <shared_mutex>

/// Tables of machines, all in the family `machine`, each under a number of its own in front of its
/// keys. They do not outlive the store: the family is emptied when it is opened, so their writes
/// need no write-ahead log.
namespace tessera::storage::rocks {

/// What tables and views share with the store, which may be closed before they are gone.
class TableHome {
 public:
  explicit TableHome(Database& database) : database_(&database) {}

  /// Nobody reaches the database any more when it returns.
  void close();

  /// Runs `use(database)` while the store is open; `group_closed` when it is not.
  template <class Use>
  auto with_database(const Use& use) -> decltype(use(std::declval<Database&>())) {
    const std::shared_lock lock(mutex_);
    if (database_ == nullptr) {
      return closed();
    }
    return use(*database_);
  }

  /// A walk that sees what is there when it begins, whatever is written meanwhile. It is empty once
  /// the store is closed; to be used within `with_database` alone.
  using Walk = std::unique_ptr<rocksdb::Iterator>;
  /// Within `with_database`: `walk` must not be moved until `end`.
  void begin(Walk& walk, Walk begun);
  void end(Walk& walk);
  [[nodiscard]] std::uint64_t draw_number() { return ++numbers_; }

 private:
  [[nodiscard]] static Error closed();

  std::shared_mutex mutex_;
  Database* database_;      // guarded by mutex_
  std::mutex walks_mutex_;  // taken behind mutex_
  std::set<Walk*> walks_;   // guarded by walks_mutex_
  std::atomic<std::uint64_t> numbers_ = 0;
};

class RocksTables final : public MachineTables {
 public:
  explicit RocksTables(Database& database) : home_(std::make_shared<TableHome>(database)) {}
  /// Before the database goes.
  void close() { home_->close(); }

  [[nodiscard]] std::unique_ptr<MachineTable> make() override;

 private:
  std::shared_ptr<TableHome> home_;
};

}  // namespace tessera::storage::rocks
