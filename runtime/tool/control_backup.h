#pragma once

#include <tessera/runtime/tool/backup/saving.h>
#include <tessera/runtime/tool/control_registry.h>
#include <tessera/runtime/tool/shared_store.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <nlohmann/json_fwd.hpp>

#include <atomic>
#include <memory>
#include <utility>

/// Backups of a running node, asked for on its control socket.
namespace tessera::tool {

/// One at a time, copied on a thread of its own: the node goes on meanwhile. Called on the node's
/// executor.
class BackupDesk {
 public:
  /// A backup that is being made; the timer stands for its end.
  struct Job {
    explicit Job(const boost::asio::any_io_executor& executor)
        : ended(executor, boost::asio::steady_timer::time_point::max()) {}
    Saving saving;
    Result<BackupManifest> saved = Error(Errc::group_closed, "the node has been closed");
    boost::asio::steady_timer ended;
  };

  explicit BackupDesk(SharedStore store) : store_(std::move(store)) {}
  ~BackupDesk() { close(); }
  BackupDesk(const BackupDesk&) = delete;
  BackupDesk& operator=(const BackupDesk&) = delete;

  /// Gives up what is under way and waits for the thread's end. Nothing may be asked afterwards.
  void close();

  /// False if somebody else has the desk; whoever has it leaves it by `vacate`.
  [[nodiscard]] bool occupy() { return !std::exchange(busy_, true); }
  void vacate() { busy_ = false; }
  /// Begins to save. `ended` is cancelled, on `executor`, when `saved` says what became of it.
  [[nodiscard]] std::shared_ptr<Job> begin(const boost::asio::any_io_executor& executor,
                                           Saving saving);

 private:
  SharedStore store_;
  bool busy_ = false;
  std::atomic<bool> closing_ = false;
  boost::asio::thread_pool thread_{1};
};

/// Has the member take a snapshot and saves it in the request's `folder`, an absolute path.
[[nodiscard]] boost::asio::awaitable<nlohmann::json> save_backup_of(
    std::shared_ptr<BackupDesk> desk, Group<Registry> group, nlohmann::json request);

}  // namespace tessera::tool
