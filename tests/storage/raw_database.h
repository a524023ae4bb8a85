#pragma once

#include <tessera/storage/rocks/internal/settings.h>

#include <rocksdb/db.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

/// A store's RocksDB without the store, for doing to it what no program should.
namespace tessera::storage::testing {

class RawDatabase {
 public:
  explicit RawDatabase(const std::filesystem::path& path) {
    RocksOptions options;
    options.path = path;
    rocksdb::DB* db = nullptr;
    must(rocksdb::DB::Open(rocks::database_settings(options, rocksdb::Env::Default()),
                           path.string(), rocks::family_settings(options), &handles_, &db));
    db_.reset(db);
  }
  ~RawDatabase() {
    for (auto* handle : handles_) {
      db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    }
  }
  RawDatabase(const RawDatabase&) = delete;
  RawDatabase& operator=(const RawDatabase&) = delete;

  /// A family by its place: 1 is meta, 2 log, 3 snapshot.
  [[nodiscard]] std::vector<std::string> keys(std::size_t family) const {
    std::vector<std::string> keys;
    const std::unique_ptr<rocksdb::Iterator> position(
        db_->NewIterator(rocksdb::ReadOptions(), handles_.at(family)));
    for (position->SeekToFirst(); position->Valid(); position->Next()) {
      keys.push_back(position->key().ToString());
    }
    must(position->status());
    return keys;
  }
  [[nodiscard]] std::string get(std::size_t family, const std::string& key) const {
    std::string value;
    must(db_->Get(rocksdb::ReadOptions(), handles_.at(family), key, &value));
    return value;
  }
  struct Item {
    std::string key;
    std::string value;
  };
  void put(std::size_t family, const Item& item) {
    must(db_->Put(rocksdb::WriteOptions(), handles_.at(family), item.key, item.value));
  }
  void erase(std::size_t family, const std::string& key) {
    must(db_->Delete(rocksdb::WriteOptions(), handles_.at(family), key));
  }

 private:
  static void must(const rocksdb::Status& status) {
    if (!status.ok()) {
      throw std::runtime_error(status.ToString());
    }
  }

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace tessera::storage::testing
