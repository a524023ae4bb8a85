#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>

#include <memory>
#include <optional>
#include <string>

/// Where a state machine that is larger than memory keeps its state: keys and values in the node's
/// store.
///
/// A table begins empty and lasts as long as the machine that has it. What makes the machine's
/// state durable is what makes every machine's so: the log and the snapshots. A start fills a fresh
/// table from the newest snapshot.
namespace tessera::storage {

/// A key and its value.
struct TableItem {
  std::string key;
  Bytes value;

  bool operator==(const TableItem&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(key, value);
  }
};

/// A table as it was at one moment, read once in the order of the keys' bytes. One thread at a
/// time; may outlive the table.
class TableView {
 public:
  virtual ~TableView() = default;
  /// The next item; nothing behind the last one. `io_failed` or `damaged` if it cannot be read,
  /// `group_closed` once the store is closed.
  [[nodiscard]] virtual Result<std::optional<TableItem>> next() = 0;
};

/// Used by one thread at a time. May outlive the store: everything fails with `group_closed` then.
/// After `storage_failed` nothing is written any more.
class MachineTable {
 public:
  virtual ~MachineTable() = default;

  /// What `key` holds; nothing if it is not there. Errors as those of `TableView::next`.
  [[nodiscard]] virtual Result<std::optional<Bytes>> get(ByteView key) const = 0;
  /// Sets `key`. `storage_failed` if the disk refuses it.
  virtual Result<void> put(ByteView key, ByteView value) = 0;
  virtual Result<void> erase(ByteView key) = 0;
  /// Deletes everything.
  virtual Result<void> clear() = 0;
  /// Sets a key that is above all that the table has ever held: the way to fill a fresh one, at the
  /// speed at which the disk takes a file.
  virtual Result<void> append(ByteView key, ByteView value) = 0;
  /// The table as it is now, from the key `from` on. Costs the same however much it holds.
  [[nodiscard]] virtual Result<std::unique_ptr<TableView>> view(ByteView from) const = 0;
};

/// Makes tables. Callable from any thread.
class MachineTables {
 public:
  virtual ~MachineTables() = default;
  [[nodiscard]] virtual std::unique_ptr<MachineTable> make() = 0;
};

/// Tables in memory: for nodes without a data directory, and for tests.
[[nodiscard]] std::shared_ptr<MachineTables> make_memory_tables();

}  // namespace tessera::storage
