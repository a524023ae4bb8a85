#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/storage/rocks/internal/database.h>
#include <tessera/storage/rocks/internal/sorted_file.h>
#include <tessera/storage/store.h>

#include <rocksdb/write_batch.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

/// Where the parts of snapshots are.
///
/// Parts may come in any order and are stored in the order in which they come: collected to
/// segments, each a sorted file that overlaps no other, behind it a record that says which parts it
/// holds. So each part is written once, and nothing is ever merged.
///
/// Owned by the store; any thread. A segment's file is written while its parts come: whoever puts
/// them, and writes logs as well, never waits for more than a part and a sync.
namespace tessera::storage::rocks {

class SnapshotParts {
 public:
  /// `database` must outlive this.
  explicit SnapshotParts(Database& database) : database_(database) {}
  /// Writes what has been put.
  ~SnapshotParts();
  SnapshotParts(const SnapshotParts&) = delete;
  SnapshotParts& operator=(const SnapshotParts&) = delete;

  /// Keeps `data` as a part; of one that is put twice the later counts.
  Result<void> put(GroupId group, const SnapshotPart& part, ByteView data);
  /// The part; nothing if it is not held, `damaged` if it is not what was put.
  [[nodiscard]] Result<std::optional<Bytes>> read(GroupId group, const SnapshotPart& part);
  /// Once `batch` is committed, everything that was put of a snapshot is durable.
  Result<void> settle(rocksdb::WriteBatch& batch, GroupId group, SnapshotId id);
  /// A snapshot's parts are gone: the caller has deleted what is stored.
  void forget(GroupId group, SnapshotId id);
  void forget(GroupId group);

 private:
  /// What has not become part of the database.
  struct Segment {
    std::uint32_t first = 1;             ///< the place of the first part
    std::vector<std::uint32_t> numbers;  ///< of the parts, in the order of their places
    std::vector<Bytes> parts;            ///< as they are stored
    std::size_t written = 0;             ///< how many of them are in the file
    std::unique_ptr<SortedFile> file;    ///< none while there is little
    std::size_t bytes = 0;
  };
  /// Of one snapshot.
  struct Places {
    std::map<std::uint32_t, std::uint32_t> of;  ///< a part's number to its place
    Segment open;
  };
  struct Name {
    GroupId group;
    SnapshotId id;
    auto operator<=>(const Name&) const = default;
  };

  Result<Places*> places(const Name& name);
  [[nodiscard]] Result<Places> stored_places(const Name& name) const;
  Result<void> write(const Name& name, Segment& segment);
  Result<void> end(const Name& name, Segment& segment);
  void put_index(rocksdb::WriteBatch& batch, const Name& name, const Segment& segment);
  static void begin_next(Segment& segment);
  Result<void> keep_within_bounds();

  Database& database_;
  std::mutex mutex_;
  std::map<Name, Places> places_;  // guarded by mutex_; as far as they were asked for
};

}  // namespace tessera::storage::rocks
