#pragma once

#include <tessera/primitives/error.h>

#include <memory>
#include <mutex>
#include <vector>

/// The dials and handshakes under way, so that a transport that stops does not leave them behind.
/// All functions are callable from any thread.
namespace tessera::net {

class Operation {
 public:
  virtual ~Operation() = default;
  /// Ends it with `reason` if it is not done yet. Returns at once; from any thread.
  virtual void abort(Error reason) = 0;
};

class Operations {
 public:
  /// Aborts `operation` at once if the list is stopped already.
  void add(std::weak_ptr<Operation> operation);
  void stop();

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<Operation>> running_;
  std::size_t prune_at_ = 64;
  bool is_stopped_ = false;
};

}  // namespace tessera::net
