#pragma once

#include <tessera/storage/store.h>

#include <functional>
#include <memory>

/// Group commit: one thread that turns everything waiting, from all groups, into one batch and
/// one sync (thesis, 10.2). About a heartbeat after a write, and at its end, it raises the store's
/// watermark.
///
/// Owned by the node. `submit` is callable from any thread; completions run on the writer's
/// thread, in the order of submission, and hop to their strand by themselves. The destructor
/// writes what was submitted, completes it and joins the thread.
namespace tessera::storage {

class Writer {
 public:
  /// `log` must outlive the writer.
  explicit Writer(LogStore& log);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  using Completion = std::function<void(Result<void>)>;

  /// Queues `write`. Its completion tells when it is durable, or that the store has failed.
  void submit(GroupWrite write, Completion completion);

  /// Runs `work` (a snapshot to store, a range to read) after what was submitted before it.
  void run(std::function<void()> work);

  /// Bytes of entries submitted and not yet durable. Whoever feeds the writer keeps it bounded.
  [[nodiscard]] std::size_t bytes_waiting() const;

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace tessera::storage
