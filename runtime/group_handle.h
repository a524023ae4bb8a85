#pragma once

#include <tessera/groups/shell/member.h>
#include <tessera/runtime/operation.h>

#include <memory>

/// What every handle of a joined group shares: the member, and whatever must live as long.
namespace tessera::runtime {

class NetworkState;

/// Shared by the copies of a `Group<M>` and what was made from them. When the last one goes the
/// member closes, without anybody waiting.
struct GroupHandle {
  std::shared_ptr<shell::Member> member;
  std::shared_ptr<void> machine;  ///< the `MachineAdapter<M>`
  std::shared_ptr<void> view;     ///< what goes with the machine (`Joining::view`)
  boost::asio::any_io_executor executor;
};

/// How an operation under way on `member` is cancelled.
[[nodiscard]] inline Cancel cancel_request(const std::shared_ptr<shell::Member>& member,
                                           core::RequestId request) {
  return [weak = std::weak_ptr(member), request] {
    if (const auto held = weak.lock()) held->cancel(request);
  };
}

}  // namespace tessera::runtime
