#pragma once

#include <tessera/net/link.h>

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

/// One end of a link within a process. The hub makes both ends and joins them.
/// Callable from any thread.
namespace tessera::net {

class MemoryHub;
struct MemoryNode;

class MemoryLink final : public Link, public std::enable_shared_from_this<MemoryLink> {
 public:
  struct Parts {
    std::shared_ptr<MemoryNode> node;  ///< whose end this is
    PeerId peer;
    Role role = Role::dialler;
    UniqueId binding;
    std::weak_ptr<MemoryHub> hub;
  };
  explicit MemoryLink(Parts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] PeerId peer() const override { return parts_.peer; }
  [[nodiscard]] Role role() const override { return parts_.role; }
  [[nodiscard]] const UniqueId& binding() const override { return parts_.binding; }
  void start(std::weak_ptr<LinkEvents> events) override;
  bool send(Lane lane, Frame frame) override;
  [[nodiscard]] std::size_t queued(Lane lane) const override;
  void close(Error reason) override;

  [[nodiscard]] const std::shared_ptr<MemoryNode>& node() const { return parts_.node; }
  /// Before anybody else knows the link.
  void join(std::weak_ptr<MemoryLink> other) { other_ = std::move(other); }
  /// It goes down, for the first reason that is given; nothing more is sent.
  void shut(const Error& reason);
  /// What is on its way to this end does not arrive.
  void lose();

  // Called by the hub's queue, one at a time.
  void deliver_frame(Lane lane, Frame frame);
  void deliver_closed();

 private:
  struct Waiting {
    Lane lane;
    Frame frame;
  };
  void flush();
  void on_carried(Lane lane, std::size_t bytes);

  const Parts parts_;
  std::weak_ptr<MemoryLink> other_;

  mutable std::mutex mutex_;
  std::weak_ptr<LinkEvents> events_;
  std::array<std::size_t, 2> queued_{};  // By lane.
  std::array<bool, 2> has_refused_{};
  std::vector<Waiting> waiting_;  // Arrived before `start`; the sender's queue bounds it.
  std::optional<Error> reason_;   // Set when it goes down.
  bool is_lost_ = false;
  bool is_started_ = false;
  bool is_closed_due_ = false;
  bool is_closed_delivered_ = false;
};

}  // namespace tessera::net
