#include <tessera/runtime/tool/shared_store.h>
#include <tessera/runtime/tool/store/data_folder.h>
#include <tessera/storage/rocks/rocks_store.h>

#include <mutex>
#include <shared_mutex>
#include <utility>

namespace tessera::tool {

struct SharedStore::Home {
  std::shared_mutex mutex;  ///< held shared by users, alone by its end
  storage::Store* store = nullptr;
};

namespace {

/// What the node gets: the store, and word of its end to those who share it.
class Announced final : public storage::Store {
 public:
  Announced(std::unique_ptr<storage::Store> store, std::shared_ptr<SharedStore::Home> home)
      : store_(std::move(store)), home_(std::move(home)) {
    const std::unique_lock lock(home_->mutex);
    home_->store = store_.get();
  }
  ~Announced() override {
    const std::unique_lock lock(home_->mutex);
    home_->store = nullptr;
  }
  Announced(const Announced&) = delete;
  Announced& operator=(const Announced&) = delete;

  [[nodiscard]] storage::StoreRun run() const override { return store_->run(); }
  [[nodiscard]] bool durable() const override { return store_->durable(); }
  [[nodiscard]] storage::LogStore& log() override { return store_->log(); }
  [[nodiscard]] storage::SnapshotStore& snapshots() override { return store_->snapshots(); }
  [[nodiscard]] storage::NodeRecords& node_records() override { return store_->node_records(); }
  [[nodiscard]] std::shared_ptr<storage::MachineTables> tables() override {
    return store_->tables();
  }

 private:
  std::unique_ptr<storage::Store> store_;
  std::shared_ptr<SharedStore::Home> home_;
};

}  // namespace

SharedStore::SharedStore() : home_(std::make_shared<Home>()) {}

storage::StoreFactory SharedStore::factory(const std::filesystem::path& data_dir) const {
  return [home = home_,
          path = store_folder(data_dir)](PeerId owner) -> Result<std::unique_ptr<storage::Store>> {
    storage::RocksOptions options;
    options.path = path;
    auto opened = storage::open_rocks_store(options, owner);
    if (!opened) return std::move(opened).error();
    return std::make_unique<Announced>(*std::move(opened), home);
  };
}

bool SharedStore::use(const Use& use) const {
  const std::shared_lock lock(home_->mutex);
  if (home_->store == nullptr) return false;
  use(*home_->store);
  return true;
}

}  // namespace tessera::tool
