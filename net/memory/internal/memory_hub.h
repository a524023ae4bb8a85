#pragma once

#include <tessera/net/internal/event_gate.h>
#include <tessera/net/memory/internal/memory_link.h>
#include <tessera/net/memory/memory_network.h>

#include <deque>
#include <map>
#include <set>

/// What all transports of one memory network share: who is there, who is linked, which pairs are
/// cut, and the one queue of events. A mutex guards it; no event is delivered under it.
namespace tessera::net {

/// One transport, as the hub knows it. Guarded by the hub's mutex, but for the gate.
struct MemoryNode {
  MemoryNetwork::Node settings;
  EventGate gate;
  std::weak_ptr<TransportEvents> events;
  std::map<Address, std::optional<PeerId>> dials;
  bool is_up = false;
};
using MemoryNodePointer = std::shared_ptr<MemoryNode>;

class MemoryHub : public std::enable_shared_from_this<MemoryHub> {
 public:
  using Task = std::function<void()>;

  explicit MemoryHub(MemoryNetwork::Post post) : post_(std::move(post)) {}

  // Transports.
  [[nodiscard]] Result<void> start(const MemoryNodePointer& node,
                                   std::weak_ptr<TransportEvents> events);
  void dial(const MemoryNodePointer& node, const Transport::Target& target);
  void forget(const MemoryNodePointer& node, const Address& address);
  void stop(const MemoryNodePointer& node);
  [[nodiscard]] Address listen_address(const MemoryNodePointer& node) const;

  // Links.
  void post(const MemoryNodePointer& node, Task task);
  void close(const std::shared_ptr<MemoryLink>& link, const Error& reason);

  // Tests.
  void cut(const MemoryNetwork::Pair& pair);
  void heal(const MemoryNetwork::Pair& pair);
  bool run_one();

 private:
  /// Two peers, the lower id first.
  using Key = std::pair<PeerId, PeerId>;
  struct Ends {
    std::shared_ptr<MemoryLink> dialler;
    std::shared_ptr<MemoryLink> listener;
  };
  struct Event {
    MemoryNodePointer node;
    Task task;
  };

  [[nodiscard]] static Key key_of(const MemoryNetwork::Pair& pair);
  void drain();
  // All of these with the mutex held.
  void enqueue(const MemoryNodePointer& node, Task task);
  void connect(const MemoryNodePointer& node, const Address& address);
  void connect_all();
  void join(const MemoryNodePointer& dialler, const MemoryNodePointer& listener);
  void announce(const MemoryNodePointer& node, const std::shared_ptr<MemoryLink>& link);
  void refuse(const MemoryNodePointer& node, const Address& address, const Error& reason);
  enum class Manner : std::uint8_t { politely, by_loss };
  void take_down(const Key& key, const Error& reason, Manner manner);
  [[nodiscard]] MemoryNodePointer listening_at(const Address& address) const;

  const MemoryNetwork::Post post_;
  mutable std::mutex mutex_;
  std::deque<Event> events_;
  bool is_draining_ = false;
  std::set<MemoryNodePointer> nodes_;
  std::map<Key, Ends> links_;
  std::set<Key> cuts_;
  std::uint64_t links_made_ = 0;
  std::uint16_t next_port_ = 1;
};

}  // namespace tessera::net
