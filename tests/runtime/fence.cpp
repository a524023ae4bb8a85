#include "fence.h"

#include <stdexcept>
#include <utility>

namespace tessera::tests {
namespace {

/// A link that hears and says nothing while the fence is up.
class FencedLink final : public net::Link,
                         public net::LinkEvents,
                         public std::enable_shared_from_this<FencedLink> {
 public:
  FencedLink(std::shared_ptr<Fence> fence, std::shared_ptr<net::Link> link)
      : fence_(std::move(fence)), link_(std::move(link)) {}

  PeerId peer() const override { return link_->peer(); }
  net::Role role() const override { return link_->role(); }
  const UniqueId& binding() const override { return link_->binding(); }
  void start(std::weak_ptr<net::LinkEvents> events) override {
    events_ = std::move(events);
    link_->start(weak_from_this());
  }
  bool send(net::Lane lane, net::Frame frame) override {
    return fence_->is_up() || link_->send(lane, std::move(frame));
  }
  std::size_t queued(net::Lane lane) const override { return link_->queued(lane); }
  void close(Error reason) override { link_->close(std::move(reason)); }

  void on_frame(net::Link&, net::Lane lane, net::Frame frame) override {
    const auto events = events_.lock();
    if (events && !fence_->is_up()) events->on_frame(*this, lane, std::move(frame));
  }
  void on_drained(net::Link&, net::Lane lane) override {
    if (const auto events = events_.lock()) events->on_drained(*this, lane);
  }
  void on_closed(net::Link&, Error reason) override {
    if (const auto events = events_.lock()) events->on_closed(*this, std::move(reason));
  }

 private:
  const std::shared_ptr<Fence> fence_;
  const std::shared_ptr<net::Link> link_;
  std::weak_ptr<net::LinkEvents> events_;
};

class FencedSource final : public shell::LinkSource, public shell::LinkSourceEvents {
 public:
  FencedSource(std::shared_ptr<Fence> fence, std::unique_ptr<shell::LinkSource> source)
      : fence_(std::move(fence)), source_(std::move(source)) {}

  Result<void> start(std::weak_ptr<shell::LinkSourceEvents> events) override {
    events_ = std::move(events);
    // What the source holds weakly lives as long as this does.
    return source_->start(std::shared_ptr<shell::LinkSourceEvents>(alive_, this));
  }
  std::vector<std::string> listen_addresses() const override { return source_->listen_addresses(); }
  Result<void> dial(Target target) override { return source_->dial(std::move(target)); }
  void forget(const std::string& address) override { source_->forget(address); }
  void stop() override { source_->stop(); }

  void on_link(std::shared_ptr<net::Link> link) override {
    const auto fenced = std::make_shared<FencedLink>(fence_, std::move(link));
    fence_->add(fenced);
    if (const auto events = events_.lock()) events->on_link(fenced);
  }
  void on_dial_failed(const std::string& address, const Error& reason) override {
    if (const auto events = events_.lock()) events->on_dial_failed(address, reason);
  }

 private:
  const std::shared_ptr<Fence> fence_;
  const std::shared_ptr<int> alive_ = std::make_shared<int>();
  std::unique_ptr<shell::LinkSource> source_;
  std::weak_ptr<shell::LinkSourceEvents> events_;
};

}  // namespace

void Fence::lower() {
  const std::scoped_lock lock(mutex_);
  for (const auto& each : links_) {
    const auto link = each.lock();
    if (link) link->close({Errc::disconnected, "frames were lost behind the fence"});
  }
  links_.clear();
  up_ = false;
}

void Fence::add(const std::shared_ptr<net::Link>& link) {
  const std::scoped_lock lock(mutex_);
  links_.push_back(link);
}

std::unique_ptr<shell::LinkSource> Fence::around(const std::shared_ptr<Fence>& fence,
                                                 std::unique_ptr<shell::LinkSource> source) {
  return std::make_unique<FencedSource>(fence, std::move(source));
}

std::shared_ptr<runtime::NetworkState> fenced_node(const boost::asio::any_io_executor& executor,
                                                   const NetworkConfig& config,
                                                   const std::shared_ptr<Fence>& fence) {
  auto options = runtime::node_options(executor, config);
  if (!options) throw std::runtime_error(options.error().message());
  options->parts = [parts = options->parts,
                    fence](boost::asio::any_io_executor offload) -> Result<shell::NodeParts> {
    auto made = parts(std::move(offload));
    if (made) made->links = Fence::around(fence, std::move(made->links));
    return made;
  };
  auto node = shell::Node::create(*std::move(options));
  if (!node) throw std::runtime_error(node.error().message());
  return std::make_shared<runtime::NetworkState>(executor, config, *std::move(node));
}

}  // namespace tessera::tests
