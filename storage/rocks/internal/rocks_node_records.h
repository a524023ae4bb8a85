#pragma once

#include <tessera/storage/node_records.h>
#include <tessera/storage/rocks/internal/database.h>

/// A node's own records, in the store's `meta` family. Owned by the store; any thread.
namespace tessera::storage::rocks {

class RocksNodeRecords final : public NodeRecords {
 public:
  /// `database` must outlive the object.
  explicit RocksNodeRecords(Database& database) : database_(database) {}

  Result<void> keep(std::string_view name, const Bytes& record) override;
  Result<Bytes> kept(std::string_view name) override;

 private:
  Database& database_;
};

}  // namespace tessera::storage::rocks
