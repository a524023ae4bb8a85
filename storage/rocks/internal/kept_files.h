#pragma once

#include <rocksdb/env.h>
#include <rocksdb/listener.h>

#include <memory>

/// No file of a database is deleted behind the first operation of its disk that has failed.
///
/// RocksDB takes back what the disk has refused, and deletes the files that it had made for it. But
/// what it had written about them into its own records may be there all the same: the database
/// would be without a file that they name, and could not be opened any more. What is really of no
/// use is deleted by the next start.
namespace tessera::storage::rocks {

struct KeptFiles {
  std::shared_ptr<rocksdb::FileSystem> files;
  std::shared_ptr<rocksdb::EventListener> failures;  ///< the database's own, to be listened to
};

/// `files` with this rule.
[[nodiscard]] KeptFiles files_kept_on_failure(const std::shared_ptr<rocksdb::FileSystem>& files);

}  // namespace tessera::storage::rocks
