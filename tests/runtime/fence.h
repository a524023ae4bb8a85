#pragma once

#include <tessera/groups/shell/link_source.h>
#include <tessera/runtime/internal/network_state.h>
#include <tessera/runtime/network_config.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

/// A fence around a node: while it is up nothing gets in or out, and nobody is told. The
/// connections stay, over real sockets; what is sent into them is gone. All of it is callable from
/// any thread.
namespace tessera::tests {

class Fence {
 public:
  void raise() { up_ = true; }
  /// Ends what lost frames while it was up, so that both sides begin anew, and lets all through.
  void lower();
  [[nodiscard]] bool is_up() const { return up_; }

  /// The source with the fence around every link it makes.
  [[nodiscard]] static std::unique_ptr<shell::LinkSource> around(
      const std::shared_ptr<Fence>& fence, std::unique_ptr<shell::LinkSource> source);

  void add(const std::shared_ptr<net::Link>& link);

 private:
  std::atomic<bool> up_ = false;
  std::mutex mutex_;
  std::vector<std::weak_ptr<net::Link>> links_;  // guarded by mutex_
};

/// A node of `config` behind `fence`, as `Network` would make it.
[[nodiscard]] std::shared_ptr<runtime::NetworkState> fenced_node(
    const boost::asio::any_io_executor& executor, const NetworkConfig& config,
    const std::shared_ptr<Fence>& fence);

}  // namespace tessera::tests
