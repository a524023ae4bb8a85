#pragma once

#include <tessera/storage/rocks/rocks_store.h>
#include <tessera/storage/store.h>

#include <functional>
#include <memory>
#include <span>
#include <utility>

/// A real store whose snapshots' parts pass through a test before anybody has them: they may be
/// changed, or held up.
namespace tessera::tests {

using Tamper = std::function<Bytes(const storage::SnapshotPart& part, Bytes data)>;

class TamperedSnapshots final : public storage::SnapshotStore {
 public:
  TamperedSnapshots(storage::SnapshotStore& inner, Tamper tamper)
      : inner_(inner), tamper_(std::move(tamper)) {}

  Result<void> stage(GroupId group, storage::SnapshotId id,
                     const storage::SnapshotManifest& manifest) override {
    return inner_.stage(group, id, manifest);
  }
  Result<void> put_part(GroupId group, const storage::SnapshotPart& part, ByteView data) override {
    return inner_.put_part(group, part, data);
  }
  Result<void> complete(GroupId group, storage::SnapshotId id,
                        const storage::SnapshotManifest& manifest) override {
    return inner_.complete(group, id, manifest);
  }
  Result<storage::StoredSnapshot> find(GroupId group, storage::SnapshotId id) override {
    return inner_.find(group, id);
  }
  Result<Bytes> part(GroupId group, const storage::SnapshotPart& part) override {
    auto data = inner_.part(group, part);
    if (!data) return data;
    return tamper_(part, *std::move(data));
  }
  Result<std::vector<storage::SnapshotId>> held(GroupId group) override {
    return inner_.held(group);
  }
  Result<void> drop_unused(GroupId group, std::span<const storage::SnapshotId> keep) override {
    return inner_.drop_unused(group, keep);
  }

 private:
  storage::SnapshotStore& inner_;
  Tamper tamper_;
};

class TamperedStore final : public storage::Store {
 public:
  TamperedStore(std::unique_ptr<storage::Store> inner, Tamper tamper)
      : inner_(std::move(inner)), snapshots_(inner_->snapshots(), std::move(tamper)) {}

  [[nodiscard]] storage::StoreRun run() const override { return inner_->run(); }
  [[nodiscard]] bool durable() const override { return inner_->durable(); }
  [[nodiscard]] storage::LogStore& log() override { return inner_->log(); }
  [[nodiscard]] storage::SnapshotStore& snapshots() override { return snapshots_; }
  [[nodiscard]] storage::NodeRecords& node_records() override { return inner_->node_records(); }

 private:
  std::unique_ptr<storage::Store> inner_;
  TamperedSnapshots snapshots_;
};

/// Opens a store in `folder` whose parts pass through `tamper`, on any thread.
inline storage::StoreFactory tampered_store(std::filesystem::path folder, Tamper tamper) {
  return [folder = std::move(folder),
          tamper = std::move(tamper)](PeerId owner) -> Result<std::unique_ptr<storage::Store>> {
    storage::RocksOptions options;
    options.path = folder;
    auto store = storage::open_rocks_store(options, owner);
    if (!store) return store.error();
    return std::make_unique<TamperedStore>(*std::move(store), tamper);
  };
}

}  // namespace tessera::tests
