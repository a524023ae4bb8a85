#include <tessera/primitives/check.h>
#include <tessera/primitives/snapshot_map.h>
#include <tessera/storage/machine_table.h>

#include <utility>

namespace tessera::storage {
namespace {

using Entries = SnapshotMap<std::string, Bytes>;

[[nodiscard]] std::string key_of(ByteView key) { return std::string(as_text(key)); }

class MemoryView final : public TableView {
 public:
  MemoryView(Entries::View view, std::string from)
      : view_(std::move(view)), from_(std::move(from)) {}

  Result<std::optional<TableItem>> next() override {
    auto item = view_.next();
    while (item && item->first < from_) {
      item = view_.next();
    }
    if (!item) {
      return std::optional<TableItem>();
    }
    return std::optional(TableItem{std::move(item->first), std::move(item->second)});
  }

 private:
  Entries::View view_;
  std::string from_;
};

class MemoryTable final : public MachineTable {
 public:
  Result<std::optional<Bytes>> get(ByteView key) const override {
    const Bytes* found = entries_.find(key_of(key));
    return found == nullptr ? std::optional<Bytes>() : std::optional<Bytes>(*found);
  }
  Result<void> put(ByteView key, ByteView value) override {
    entries_.set(key_of(key), Bytes::copy(value));
    return {};
  }
  Result<void> erase(ByteView key) override {
    entries_.erase(key_of(key));
    return {};
  }
  Result<void> clear() override {
    entries_.clear();
    return {};
  }
  Result<void> append(ByteView key, ByteView value) override {
    check(entries_.empty() || entries_.entries().rbegin()->first < as_text(key),
          "what is appended to a table lies behind everything in it");
    return put(key, value);
  }
  Result<std::unique_ptr<TableView>> view(ByteView from) const override {
    return std::unique_ptr<TableView>(std::make_unique<MemoryView>(entries_.view(), key_of(from)));
  }

 private:
  Entries entries_;
};

class MemoryTables final : public MachineTables {
 public:
  std::unique_ptr<MachineTable> make() override { return std::make_unique<MemoryTable>(); }
};

}  // namespace

std::shared_ptr<MachineTables> make_memory_tables() { return std::make_shared<MemoryTables>(); }

}  // namespace tessera::storage
