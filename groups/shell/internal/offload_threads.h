#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <memory>

/// The node's threads for work that blocks or computes: opening groups, reading entries back,
/// stretching keys, sealing and opening what bulk lanes carry.
///
/// Owned by the node. The destructor drops what has not begun, waits for what has, and joins; it
/// must not run on one of these threads.
namespace tessera::shell {

class OffloadThreads {
 public:
  /// `count` is at least 1. The threads are named `tessera-off-N` (the system allows 15
  /// characters), take no signals, and give way to others where a processor is short.
  explicit OffloadThreads(unsigned count);
  ~OffloadThreads();
  OffloadThreads(const OffloadThreads&) = delete;
  OffloadThreads& operator=(const OffloadThreads&) = delete;

  [[nodiscard]] boost::asio::any_io_executor executor() const;

  /// What the destructor does; the executor may still be posted to, in vain, while this lives.
  void stop();

 private:
  class Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace tessera::shell
