#include <tessera/primitives/check.h>
#include <tessera/storage/rocks/internal/rocks_node_records.h>

#include <string>

namespace tessera::storage::rocks {
namespace {

[[nodiscard]] std::string record_key(std::string_view name) { return "node/" + std::string(name); }

}  // namespace

Result<void> RocksNodeRecords::keep(std::string_view name, const Bytes& record) {
  const auto value = sealed(NodeRecord{std::string(name), record});
  rocksdb::WriteBatch batch;
  const auto added = batch.Put(database_.family(Family::meta), slice_of(record_key(name)),
                               slice_of(ByteView(value)));
  check(added.ok(), "a batch takes what it is given");
  return database_.commit(batch, Database::Sync::later);
}

Result<Bytes> RocksNodeRecords::kept(std::string_view name) {
  const std::string what = "the node's record '" + std::string(name) + "'";
  auto stored = database_.load<NodeRecord>(Family::meta, record_key(name), what);
  if (!stored) {
    return std::move(stored).error();
  }
  if (!*stored) {
    return Error(Errc::not_found, what + " has never been kept");
  }
  if ((*stored)->name != name) {
    return database_.damaged(what + " belongs to another name");
  }
  return (*stored)->content;
}

}  // namespace tessera::storage::rocks
