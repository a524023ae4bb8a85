#pragma once

#include <tessera/runtime/group_handle.h>
#include <tessera/runtime/group_status.h>

#include <cstdint>
#include <memory>

/// `group.watch()`: what changes in a group, as a stream.
namespace tessera {

namespace runtime {
class EdgeQueue;
}  // namespace runtime

/// One change.
struct Edge {
  enum class Kind : std::uint8_t {
    started,  ///< the first: the state when the watch began
    online,   ///< became online
    offline,  ///< stopped being online
    leader,   ///< another leader, or none
    role,     ///< this member's role
    members,  ///< the configuration or the bonds
    sync,     ///< a catch-up session began or ended
    problem,  ///< another problem, or none
    closed,   ///< the last
    missed,   ///< so many changes were dropped because nobody took them
  };
  Kind kind = Kind::started;
  GroupStatus status;        ///< right after the change; for `missed`: at present
  std::uint64_t missed = 0;  ///< how many, if that is the kind
};

/// Changes in order, oldest first. Up to 256 wait to be taken; then they are dropped, and one
/// `missed` with the present state takes their place. Copies share one stream. Callable from any
/// thread; one `next` at a time.
class Watch {
 public:
  static constexpr std::size_t waiting_max = 256;

  explicit Watch(const std::shared_ptr<const runtime::GroupHandle>& group);

  /// The next change: at once if one waits. After `closed` it completes with `operation_aborted`,
  /// while another `next` is under way with `already_started`.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto next(Token&& token = {}) const {
    auto begin = [queue = queue_](runtime::Finish<Edge> finish) {
      return Watch::begin(queue, std::move(finish));
    };
    return runtime::run_operation<Edge>(executor_, std::move(begin), std::forward<Token>(token));
  }

 private:
  static runtime::Cancel begin(const std::shared_ptr<runtime::EdgeQueue>& queue,
                               runtime::Finish<Edge> finish);

  boost::asio::any_io_executor executor_;
  std::shared_ptr<runtime::EdgeQueue> queue_;
};

}  // namespace tessera
