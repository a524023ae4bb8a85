#include <tessera/runtime/internal/transport_links.h>

#include <utility>

namespace tessera::runtime {
namespace {

/// Passes a transport's events on, addresses as text.
class Events final : public net::TransportEvents {
 public:
  explicit Events(std::weak_ptr<shell::LinkSourceEvents> events) : events_(std::move(events)) {}

  void on_link(std::shared_ptr<net::Link> link) override {
    if (const auto events = events_.lock()) events->on_link(std::move(link));
  }
  void on_dial_failed(const net::Address& address, const Error& reason) override {
    if (const auto events = events_.lock()) events->on_dial_failed(address.to_string(), reason);
  }

 private:
  std::weak_ptr<shell::LinkSourceEvents> events_;
};

class TransportLinks final : public shell::LinkSource {
 public:
  explicit TransportLinks(std::unique_ptr<net::Transport> transport)
      : transport_(std::move(transport)) {}

  Result<void> start(std::weak_ptr<shell::LinkSourceEvents> events) override {
    events_ = std::make_shared<Events>(std::move(events));
    return transport_->start(events_);
  }
  std::vector<std::string> listen_addresses() const override {
    std::vector<std::string> addresses;
    for (const net::Address& address : transport_->listen_addresses()) {
      addresses.push_back(address.to_string());
    }
    return addresses;
  }
  Result<void> dial(Target target) override {
    auto address = net::Address::parse(target.address);
    if (!address) return address.error();
    transport_->dial({*std::move(address), target.expected});
    return {};
  }
  void forget(const std::string& address) override {
    if (const auto parsed = net::Address::parse(address)) transport_->forget(*parsed);
  }
  void stop() override { transport_->stop(); }

 private:
  std::unique_ptr<net::Transport> transport_;
  std::shared_ptr<Events> events_;
};

}  // namespace

std::unique_ptr<shell::LinkSource> make_transport_links(std::unique_ptr<net::Transport> transport) {
  return std::make_unique<TransportLinks>(std::move(transport));
}

}  // namespace tessera::runtime
