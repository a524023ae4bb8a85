#include "../recorder.h"
#include <tessera/net/identity.h>
#include <tessera/net/memory/memory_network.h>

#include <thread>

namespace tessera::net {
namespace {

using fixture::Recorder;
using fixture::text_frame;

struct MemoryPeer {
  MemoryPeer(MemoryNetwork& network, std::string host) : peer(UniqueId::from(host)) {
    MemoryNetwork::Node node;
    node.peer = peer;
    node.listen = Address{std::move(host), 1};
    node.queue_bytes_max = 1000;
    node.frame_bytes_max = 500;
    transport = network.transport(node);
    EXPECT_TRUE(transport->start(events).has_value());
  }
  [[nodiscard]] Address address() const { return transport->listen_addresses().front(); }
  [[nodiscard]] std::shared_ptr<Link> link_to(const MemoryPeer& other) const {
    const auto found = events->links.find(other.peer);
    return found == events->links.end() ? nullptr : found->second;
  }
  PeerId peer;
  std::shared_ptr<Recorder> events = std::make_shared<Recorder>();
  std::unique_ptr<Transport> transport;
};

class Memory : public ::testing::Test {
 protected:
  Memory() : one_(network_, "one"), other_(network_, "other") {}
  void link() {
    one_.transport->dial({other_.address(), std::nullopt});
    network_.run();
    ASSERT_TRUE(one_.link_to(other_) && other_.link_to(one_));
  }
  MemoryNetwork network_;
  MemoryPeer one_;
  MemoryPeer other_;
};

TEST_F(Memory, NothingHappensWithinTheCallThatCausesIt) {
  one_.transport->dial({other_.address(), std::nullopt});
  EXPECT_EQ(one_.events->links_seen, 0U);
  EXPECT_TRUE(network_.run_one());
  EXPECT_EQ(one_.events->links_seen, 1U);
}

TEST_F(Memory, LinksAreOneForEachPairWithOneBinding) {
  other_.transport->dial({one_.address(), std::nullopt});
  link();
  EXPECT_EQ(one_.events->links_seen, 1U);
  EXPECT_EQ(one_.link_to(other_)->binding(), other_.link_to(one_)->binding());
  EXPECT_EQ(one_.link_to(other_)->role(), Role::listener);
  EXPECT_EQ(other_.link_to(one_)->role(), Role::dialler);
}

TEST_F(Memory, FramesArriveInOrderAndQueuesAreBounded) {
  link();
  const auto link = one_.link_to(other_);
  std::uint32_t sent = 0;
  while (link->send(Lane::bulk, text_frame("frame", sent))) ++sent;
  EXPECT_GT(sent, 10U);
  EXPECT_TRUE(link->send(Lane::control, text_frame("lanes are apart")));
  EXPECT_FALSE(link->send(Lane::control, text_frame(std::string(501, 'x'))));
  network_.run();
  ASSERT_EQ(other_.events->received.size(), sent + 1);
  for (std::uint32_t at = 0; at < sent; ++at) {
    EXPECT_EQ(other_.events->received[at].frame.slot, at);
  }
  EXPECT_EQ(one_.events->drained, 1U);
  EXPECT_EQ(link->queued(Lane::bulk), 0U);
}

TEST_F(Memory, ACutLosesWhatIsUnderWayAndHealingBringsANewLink) {
  link();
  const UniqueId binding = one_.link_to(other_)->binding();
  EXPECT_TRUE(one_.link_to(other_)->send(Lane::control, text_frame("lost")));
  network_.cut({one_.peer, other_.peer});
  network_.run();
  EXPECT_TRUE(other_.events->received.empty());
  EXPECT_EQ(one_.events->closed.size(), 1U);
  EXPECT_EQ(other_.events->closed.size(), 1U);
  network_.heal({other_.peer, one_.peer});
  network_.run();
  ASSERT_TRUE(one_.link_to(other_) != nullptr);
  EXPECT_NE(one_.link_to(other_)->binding(), binding);
}

TEST_F(Memory, ClosingDeliversWhatWasSentAndIsDialledAgain) {
  link();
  EXPECT_TRUE(one_.link_to(other_)->send(Lane::control, text_frame("last words")));
  one_.link_to(other_)->close(Error(Errc::not_allowed, "enough"));
  network_.run();
  EXPECT_EQ(other_.events->received.size(), 1U);
  EXPECT_TRUE(one_.events->closed.front().reason.is(Errc::not_allowed));
  EXPECT_TRUE(other_.events->closed.front().reason.is(Errc::disconnected));
  EXPECT_EQ(one_.events->links_seen, 2U);
}

TEST_F(Memory, FramesSentBeforeTheStartWaitForIt) {
  other_.events->starts_links = false;
  link();
  const auto back = other_.link_to(one_);
  EXPECT_TRUE(one_.link_to(other_)->send(Lane::control, text_frame("1", 1)));
  network_.run();
  back->start(other_.events);
  EXPECT_TRUE(one_.link_to(other_)->send(Lane::control, text_frame("2", 2)));
  one_.transport->stop();
  network_.run();
  ASSERT_EQ(other_.events->received.size(), 2U);
  EXPECT_EQ(other_.events->received[1].frame.slot, 2U);
  EXPECT_EQ(other_.events->closed.size(), 1U);
}

TEST_F(Memory, AStoppedTransportIsSilentAndItsSuccessorIsDialled) {
  link();
  EXPECT_TRUE(one_.link_to(other_)->send(Lane::control, text_frame("unheard")));
  other_.transport->stop();
  network_.run();
  EXPECT_TRUE(other_.events->received.empty());
  EXPECT_TRUE(other_.events->closed.empty());
  EXPECT_EQ(one_.events->closed.size(), 1U);
  MemoryPeer again(network_, "other");
  network_.run();
  EXPECT_TRUE(one_.link_to(again) != nullptr);
}

TEST_F(Memory, DialsThatCannotSucceedSayWhy) {
  one_.transport->dial({Address{"nobody", 1}, std::nullopt});
  one_.transport->dial({one_.address(), std::nullopt});
  one_.transport->dial({other_.address(), one_.peer});
  network_.run();
  ASSERT_EQ(one_.events->failed.size(), 3U);
  EXPECT_TRUE(one_.events->failed[0].reason.is(Errc::io_failed));
  EXPECT_TRUE(one_.events->failed[1].reason.is(Errc::not_allowed));
  EXPECT_TRUE(one_.events->failed[2].reason.is(Errc::handshake_failed));
}

TEST(MemoryPosted, EventsRunOneAtATimeOnTheExecutorGiven) {
  std::vector<std::thread> threads;
  std::mutex mutex;
  {
    MemoryNetwork network([&](std::function<void()> run) {
      const std::lock_guard lock(mutex);
      threads.emplace_back(std::move(run));
    });
    MemoryPeer one(network, "one");
    MemoryPeer other(network, "other");
    one.transport->dial({other.address(), std::nullopt});
    const auto link = one.events->wait_for_link(other.peer);
    ASSERT_TRUE(link != nullptr);
    for (std::uint32_t slot = 0; slot < 1000;) {
      if (link->send(Lane::control, text_frame("x", slot))) ++slot;
    }
    ASSERT_TRUE(other.events->wait([&] { return other.events->received.size() == 1000; }));
    for (std::uint32_t slot = 0; slot < 1000; ++slot) {
      EXPECT_EQ(other.events->received[slot].frame.slot, slot);
    }
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace tessera::net
