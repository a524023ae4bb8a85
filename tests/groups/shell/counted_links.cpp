#include "counted_links.h"

#include <utility>

namespace tessera::shell::testing {
namespace {

class CountedLink final : public net::Link {
 public:
  CountedLink(std::shared_ptr<net::Link> link, std::shared_ptr<SentFrames> sent)
      : link_(std::move(link)), sent_(std::move(sent)) {}

  [[nodiscard]] PeerId peer() const override { return link_->peer(); }
  [[nodiscard]] net::Role role() const override { return link_->role(); }
  [[nodiscard]] const UniqueId& binding() const override { return link_->binding(); }
  void start(std::weak_ptr<net::LinkEvents> events) override { link_->start(std::move(events)); }
  bool send(net::Lane lane, net::Frame frame) override {
    return !sent_->note(frame.kind) || link_->send(lane, std::move(frame));
  }
  [[nodiscard]] std::size_t queued(net::Lane lane) const override { return link_->queued(lane); }
  void close(Error reason) override { link_->close(std::move(reason)); }

 private:
  const std::shared_ptr<net::Link> link_;
  const std::shared_ptr<SentFrames> sent_;
};

class CountedEvents final : public LinkSourceEvents {
 public:
  CountedEvents(std::weak_ptr<LinkSourceEvents> events, std::shared_ptr<SentFrames> sent)
      : events_(std::move(events)), sent_(std::move(sent)) {}

  void on_link(std::shared_ptr<net::Link> link) override {
    if (const auto events = events_.lock()) {
      events->on_link(std::make_shared<CountedLink>(std::move(link), sent_));
    }
  }
  void on_dial_failed(const std::string& address, const Error& reason) override {
    if (const auto events = events_.lock()) {
      events->on_dial_failed(address, reason);
    }
  }

 private:
  const std::weak_ptr<LinkSourceEvents> events_;
  const std::shared_ptr<SentFrames> sent_;
};

class CountedLinks final : public LinkSource {
 public:
  CountedLinks(std::unique_ptr<LinkSource> links, std::shared_ptr<SentFrames> sent)
      : links_(std::move(links)), sent_(std::move(sent)) {}

  Result<void> start(std::weak_ptr<LinkSourceEvents> events) override {
    events_ = std::make_shared<CountedEvents>(std::move(events), sent_);
    return links_->start(events_);
  }
  [[nodiscard]] std::vector<std::string> listen_addresses() const override {
    return links_->listen_addresses();
  }
  Result<void> dial(Target target) override { return links_->dial(std::move(target)); }
  void forget(const std::string& address) override { links_->forget(address); }
  void stop() override { links_->stop(); }

 private:
  const std::unique_ptr<LinkSource> links_;
  const std::shared_ptr<SentFrames> sent_;
  std::shared_ptr<CountedEvents> events_;
};

}  // namespace

std::shared_ptr<SentFrames> count_frames(NodeOptions& options) {
  auto sent = std::make_shared<SentFrames>();
  options.parts = [make = options.parts,
                   sent](boost::asio::any_io_executor offload) -> Result<NodeParts> {
    auto parts = make(std::move(offload));
    if (parts) {
      parts->links = std::make_unique<CountedLinks>(std::move(parts->links), sent);
    }
    return parts;
  };
  return sent;
}

}  // namespace tessera::shell::testing
