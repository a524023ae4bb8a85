#pragma once

#include <rocksdb/file_system.h>

#include <memory>

/// Write-ahead logs whose syncs change nothing but data.
///
/// A file that grows has its size and its place on the disk to be made durable with every sync, in
/// the journal of the file system: two writes to the disk, one after the other, where one would do.
/// So the log is filled with zeros for some way ahead, and its records overwrite them. Whoever
/// reads it skips zeros: RocksDB made room for logs that were mapped into memory, and ended in
/// zeros. A crash leaves a log that goes on in zeros behind its last record, instead of one that
/// ends there.
namespace tessera::storage::rocks {

/// `files`, with write-ahead logs zeroed ahead as long as little is written between two syncs.
[[nodiscard]] std::shared_ptr<rocksdb::FileSystem> logs_zeroed_ahead(
    const std::shared_ptr<rocksdb::FileSystem>& files);

}  // namespace tessera::storage::rocks
