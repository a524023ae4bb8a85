#pragma once

#include <tessera/primitives/result.h>
#include <tessera/storage/rocks/internal/database.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string_view>

namespace rocksdb {
class SstFileWriter;
}

/// Keys in order, written to a file of their own that the database then takes in as it is: past the
/// write-ahead log and the memtable, each byte written once, durable when it is in.
///
/// One thread at a time.
namespace tessera::storage::rocks {

class SortedFile {
 public:
  /// Begins a file for `family`. `database` must outlive its use.
  SortedFile(Database& database, rocksdb::ColumnFamilyHandle* family);
  /// What was not taken in is deleted. May come after the database's end.
  ~SortedFile();
  SortedFile(const SortedFile&) = delete;
  SortedFile& operator=(const SortedFile&) = delete;

  /// `key` must be above every one before it.
  Result<void> add(std::string_view key, ByteView value);
  /// Bytes of keys and values so far.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  /// Everything that was added is in the family, durably; or nothing is, and the store has failed.
  /// The last call.
  Result<void> take_in();

 private:
  Result<void> begin();

  Database& database_;
  std::shared_ptr<rocksdb::Env> env_;  ///< the destructor must not need the database
  rocksdb::ColumnFamilyHandle* family_;
  std::filesystem::path path_;
  std::unique_ptr<rocksdb::SstFileWriter> writer_;
  std::size_t bytes_ = 0;
};

}  // namespace tessera::storage::rocks
