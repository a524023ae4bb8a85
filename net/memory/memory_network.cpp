#include <tessera/net/memory/internal/memory_hub.h>
#include <tessera/net/memory/memory_network.h>

namespace tessera::net {
namespace {

class MemoryTransport final : public Transport {
 public:
  MemoryTransport(std::shared_ptr<MemoryHub> hub, MemoryNodePointer node)
      : hub_(std::move(hub)), node_(std::move(node)) {}
  MemoryTransport(const MemoryTransport&) = delete;
  MemoryTransport& operator=(const MemoryTransport&) = delete;
  ~MemoryTransport() override { MemoryTransport::stop(); }

  Result<void> start(std::weak_ptr<TransportEvents> events) override {
    return hub_->start(node_, std::move(events));
  }
  [[nodiscard]] std::vector<Address> listen_addresses() const override {
    return {hub_->listen_address(node_)};
  }
  void dial(Target target) override { hub_->dial(node_, target); }
  void forget(const Address& address) override { hub_->forget(node_, address); }
  void stop() override { hub_->stop(node_); }

 private:
  const std::shared_ptr<MemoryHub> hub_;
  const MemoryNodePointer node_;
};

}  // namespace

MemoryNetwork::MemoryNetwork() : MemoryNetwork(Post{}) {}

MemoryNetwork::MemoryNetwork(Post post) : hub_(std::make_shared<MemoryHub>(std::move(post))) {}

std::unique_ptr<Transport> MemoryNetwork::transport(Node node) {
  auto known = std::make_shared<MemoryNode>();
  known->settings = std::move(node);
  return std::make_unique<MemoryTransport>(hub_, std::move(known));
}

void MemoryNetwork::cut(const Pair& pair) { hub_->cut(pair); }

void MemoryNetwork::heal(const Pair& pair) { hub_->heal(pair); }

bool MemoryNetwork::run_one() { return hub_->run_one(); }

std::size_t MemoryNetwork::run() {
  std::size_t count = 0;
  while (hub_->run_one()) ++count;
  return count;
}

}  // namespace tessera::net
