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

/// A client session of a member beside the one that everybody shares: it ends when the last handle
/// that uses it goes.
class ClientHandle {
 public:
  explicit ClientHandle(const std::shared_ptr<shell::Member>& member)
      : member_(member), id_(member->open_client()) {}
  ~ClientHandle() {
    if (const auto member = member_.lock()) member->close_client(id_);
  }
  ClientHandle(const ClientHandle&) = delete;
  ClientHandle& operator=(const ClientHandle&) = delete;

  [[nodiscard]] core::ClientId id() const { return id_; }

 private:
  std::weak_ptr<shell::Member> member_;
  core::ClientId id_;
};

/// How a handle's commands are executed.
struct CallOptions {
  shell::OnFull on_full = shell::OnFull::wait;
  std::shared_ptr<const ClientHandle> client;  ///< none: the session that everybody shares

  [[nodiscard]] core::ClientId client_id() const {
    return client ? client->id() : core::ClientId{};
  }
};

/// How an operation under way on `member` is cancelled.
[[nodiscard]] inline Cancel cancel_request(const std::shared_ptr<shell::Member>& member,
                                           core::RequestId request) {
  return [weak = std::weak_ptr(member), request] {
    if (const auto held = weak.lock()) held->cancel(request);
  };
}

}  // namespace tessera::runtime
