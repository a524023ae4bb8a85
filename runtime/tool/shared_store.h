#pragma once

#include <tessera/storage/store.h>

#include <filesystem>
#include <functional>
#include <memory>

/// The store of a running node, within reach of whoever makes a backup of it.
namespace tessera::tool {

/// Callable from any thread. The node owns its store; this knows when it is gone.
class SharedStore {
 public:
  SharedStore();

  /// Opens the store in `data_dir` as a node does, and shares it. Once.
  [[nodiscard]] storage::StoreFactory factory(const std::filesystem::path& data_dir) const;

  using Use = std::function<void(storage::Store&)>;
  /// Runs `use` here; the node's end waits for it. False if there is no store (any more).
  bool use(const Use& use) const;

  struct Home;

 private:
  std::shared_ptr<Home> home_;
};

}  // namespace tessera::tool
