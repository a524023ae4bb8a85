#pragma once

#include <tessera/storage/store.h>
#include <tessera/storage/writer.h>

#include <atomic>
#include <functional>
#include <memory>
#include <shared_mutex>

/// A store with its writer, shared by the members of a node and closed once.
///
/// Members may outlive the node: after `close` everything asked of a vault is dropped in silence,
/// and the store itself is gone, so that another process may open it. All functions are callable
/// from any thread except, for `close`, the writer's own.
namespace tessera::shell {

class Vault {
 public:
  explicit Vault(std::unique_ptr<storage::Store> store);
  ~Vault();
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  [[nodiscard]] storage::StoreRun run() const { return run_; }
  /// Names one life of one member: what it numbers must not be taken for what a member of the same
  /// group did before it, which may have used this very store. Never zero. Any thread.
  [[nodiscard]] std::uint64_t draw_run();
  [[nodiscard]] bool durable() const { return durable_; }

  /// As `Writer::submit`.
  void submit(storage::GroupWrite write, storage::Writer::Completion completion);

  using Work = std::function<void(storage::Store&)>;
  /// Runs `work` on the writer's thread, after what was submitted before. False if the vault is
  /// closed.
  bool run_in_order(Work work);
  /// Runs `work` here and now, on the calling thread, which may block on the disk. False if the
  /// vault is closed.
  bool use(const Work& work);

  [[nodiscard]] std::size_t bytes_waiting() const;

  /// Waits for what was submitted, then closes the store.
  void close();

 private:
  const storage::StoreRun run_;
  const bool durable_;
  std::atomic<std::uint64_t> drawn_ = 0;
  mutable std::shared_mutex mutex_;          // held shared while either is in use
  std::unique_ptr<storage::Store> store_;    // guarded by mutex_
  std::unique_ptr<storage::Writer> writer_;  // guarded by mutex_
};

}  // namespace tessera::shell
