#pragma once

#include <tessera/net/transport.h>

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

/// Hears all events of a transport and its links, keeps them, and lets a test wait for conditions.
/// It checks the rules that hold for every transport: never two links to a peer, nothing of a link
/// after `on_closed`.
namespace tessera::net::fixture {

class Recorder : public TransportEvents,
                 public LinkEvents,
                 public std::enable_shared_from_this<Recorder> {
 public:
  struct Received {
    PeerId peer;
    Lane lane;
    Frame frame;
  };
  struct Closed {
    PeerId peer;
    Error reason;
  };
  struct Failed {
    Address address;
    Error reason;
  };

  // What happened so far. Read under `mutex`, which conditions run under.
  std::mutex mutex;
  std::map<PeerId, std::shared_ptr<Link>> links;
  std::size_t links_seen = 0;
  std::vector<Received> received;
  std::vector<Closed> closed;
  std::vector<Failed> failed;
  std::size_t drained = 0;

  /// Set before events come: links are not started but left to the test.
  bool starts_links = true;
  /// Called for each frame, outside of the mutex.
  std::function<void(const Received&)> on_received;

  void on_link(std::shared_ptr<Link> link) override {
    {
      const std::lock_guard lock(mutex);
      EXPECT_FALSE(links.contains(link->peer())) << "two links to one peer";
      links[link->peer()] = link;
      ++links_seen;
    }
    if (starts_links) link->start(weak_from_this());
    changed_.notify_all();
  }
  void on_dial_failed(const Address& address, const Error& reason) override {
    const std::lock_guard lock(mutex);
    failed.push_back({address, reason});
    changed_.notify_all();
  }
  void on_frame(Link& link, Lane lane, Frame frame) override {
    Received one{link.peer(), lane, std::move(frame)};
    if (on_received) on_received(one);
    const std::lock_guard lock(mutex);
    EXPECT_TRUE(links.contains(link.peer()) && links[link.peer()].get() == &link);
    received.push_back(std::move(one));
    changed_.notify_all();
  }
  void on_drained(Link&, Lane) override {
    const std::lock_guard lock(mutex);
    ++drained;
    changed_.notify_all();
  }
  void on_closed(Link& link, Error reason) override {
    const std::lock_guard lock(mutex);
    EXPECT_TRUE(links.contains(link.peer()) && links[link.peer()].get() == &link);
    links.erase(link.peer());
    closed.push_back({link.peer(), std::move(reason)});
    changed_.notify_all();
  }

  /// True as soon as `condition` holds. The minute is for a test that fails, not for one that
  /// passes.
  [[nodiscard]] bool wait(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex);
    return changed_.wait_for(lock, std::chrono::minutes(1), condition);
  }
  [[nodiscard]] std::shared_ptr<Link> wait_for_link(const PeerId& peer) {
    if (!wait([&] { return links.contains(peer); })) return nullptr;
    const std::lock_guard lock(mutex);
    const auto found = links.find(peer);
    return found == links.end() ? nullptr : found->second;
  }

 private:
  std::condition_variable changed_;
};

inline Frame text_frame(std::string_view text, std::uint32_t slot = 0) {
  return Frame{1, slot, Bytes::copy(text)};
}

}  // namespace tessera::net::fixture
