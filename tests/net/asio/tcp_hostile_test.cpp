// What strangers and misbehaving peers can do to a node: be turned away, with a reason.
#include "raw_peer.h"
#include <tessera/primitives/random.h>

namespace tessera::net {
namespace {

using fixture::RawPeer;
using fixture::TcpNode;
using fixture::text_frame;
using fixture::Threads;
using Octets = std::vector<std::uint8_t>;

class TcpHostile : public ::testing::Test {
 protected:
  TcpHostile() : threads_(2), node_(threads_) { node_.start(); }

  void expect_good_peer_links() {
    TcpNode good(threads_);
    good.start();
    good.dial(node_);
    ASSERT_TRUE(good.events->wait_for_link(node_.peer()) != nullptr);
    ASSERT_TRUE(node_.events->wait_for_link(good.peer()) != nullptr);
  }
  /// Why the link to `peer` was closed.
  Error reason_for(const RawPeer& peer) {
    const PeerId id = peer.identity->peer();
    Error reason(Errc::timed_out, "the link was not closed");
    EXPECT_TRUE(node_.events->wait([&] {
      for (const auto& closed : node_.events->closed) {
        if (closed.peer == id) reason = closed.reason;
      }
      return reason.message() != "the link was not closed";
    }));
    return reason;
  }

  Threads threads_;
  TcpNode node_;
};

TEST_F(TcpHostile, GarbageOnThePortIsTurnedAwayAndCounted) {
  Random random(3);
  for (int round = 0; round < 20; ++round) {
    RawPeer stranger(node_.address());
    Octets garbage(1 + random.below(5000));
    for (std::uint8_t& byte : garbage) byte = static_cast<std::uint8_t>(random.next());
    stranger.write(garbage);
    if (garbage.size() < 16) stranger.shutdown();
    EXPECT_LE(stranger.read_to_end(), 16U) << "no more than a greeting";
  }
  RawPeer browser(node_.address());
  browser.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_LE(browser.read_to_end(), 16U);
  EXPECT_GE(node_.metrics->sum("tessera_net_handshakes_failed_total"), 1);
  EXPECT_EQ(node_.events->links_seen, 0U);
  expect_good_peer_links();
}

TEST_F(TcpHostile, AHundredHalfOpenConnectionsDoNotKeepAGoodPeerOut) {
  std::vector<std::unique_ptr<RawPeer>> silent;
  for (int count = 0; count < 100; ++count) {
    silent.push_back(std::make_unique<RawPeer>(node_.address()));
  }
  expect_good_peer_links();
  expect_good_peer_links();
  EXPECT_GE(node_.metrics->sum("tessera_net_half_open_evicted_total"), 1);
}

TEST_F(TcpHostile, AConnectionThatSaysNothingIsClosedInTime) {
  Threads threads(1);
  TcpNode node(threads, [](TcpOptions& options) {
    options.times.handshake = std::chrono::milliseconds(100);
  });
  node.start();
  RawPeer silent(node.address());
  EXPECT_EQ(silent.read_to_end(), 0U);
}

TEST_F(TcpHostile, ACutStreamIsToldApartFromAClosedOne) {
  RawPeer polite(node_.address());
  ASSERT_TRUE(polite.link());
  Octets end;
  polite.writer->end(Goodbye::closing, end);
  polite.write(end);
  EXPECT_TRUE(reason_for(polite).is(Errc::disconnected));

  RawPeer cut(node_.address());
  ASSERT_TRUE(cut.link());
  std::deque<Frame> frames{text_frame("this will not arrive in full")};
  Octets record;
  cut.writer->frames(frames, 1, record);
  record.resize(record.size() - 3);
  cut.write(record);
  cut.shutdown();
  const Error reason = reason_for(cut);
  EXPECT_TRUE(reason.is(Errc::io_failed)) << reason.message();
  EXPECT_TRUE(node_.events->received.empty());
}

TEST_F(TcpHostile, AnOversizedFrameEndsTheLinkAndThePeerIsKeptOff) {
  TcpNode strict(threads_, [](TcpOptions& options) {
    options.times.backoff_first = std::chrono::minutes(5);
    options.times.backoff_max = std::chrono::minutes(5);
  });
  strict.start();
  RawPeer peer(strict.address());
  ASSERT_TRUE(peer.link());
  peer.write(peer.sealed({0, 0x01, 0x00, 0x00, 0x01, 1, 0, 0, 0, 0, 'x'}));
  ASSERT_TRUE(strict.events->wait([&] { return !strict.events->closed.empty(); }));
  EXPECT_TRUE(strict.events->closed.front().reason.is(Errc::too_large));
  EXPECT_EQ(strict.metrics->sum("tessera_net_breaches_total"), 1);
  RawPeer again(strict.address(), peer.identity);
  ASSERT_TRUE(again.introduce());
  const auto event = again.next();
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->signal, Signal::end);
  EXPECT_EQ(event->goodbye, Goodbye::refused);
  EXPECT_EQ(strict.events->links_seen, 1U);
}

TEST_F(TcpHostile, RecordsThatDoNotOpenEndTheLinkAsMalformed) {
  RawPeer altered(node_.address());
  ASSERT_TRUE(altered.link());
  std::deque<Frame> frames{text_frame("one"), text_frame("two")};
  Octets record;
  altered.writer->frames(frames, 1000, record);
  record.back() ^= 1;
  altered.write(record);
  EXPECT_TRUE(reason_for(altered).is(Errc::malformed));

  RawPeer garbage(node_.address());
  ASSERT_TRUE(garbage.link());
  garbage.write(Octets(3000, 0x42));
  garbage.write(Octets(30000, 0x42));
  EXPECT_TRUE(reason_for(garbage).is(Errc::malformed));

  RawPeer unknown(node_.address());
  ASSERT_TRUE(unknown.link());
  unknown.write(unknown.sealed({77}));
  EXPECT_TRUE(reason_for(unknown).is(Errc::malformed));
  EXPECT_TRUE(node_.events->received.empty());
  expect_good_peer_links();
}

TEST_F(TcpHostile, RandomMutationsOfARealStreamNeverDeliverWhatWasNotSent) {
  Random random(17);
  for (int round = 0; round < 25; ++round) {
    RawPeer peer(node_.address());
    ASSERT_TRUE(peer.link());
    Octets wire;
    for (std::uint32_t slot = 0; slot < 20; ++slot) {
      std::deque<Frame> frames{text_frame("sent", slot)};
      peer.writer->frames(frames, 1, wire);
    }
    wire[random.below(wire.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
    peer.write(wire);
    peer.shutdown();
    const Error reason = reason_for(peer);
    EXPECT_TRUE(reason.is(Errc::malformed) || reason.is(Errc::io_failed)) << reason.message();
    std::uint32_t next = 0;
    for (const auto& received : node_.events->received) {
      if (received.peer != peer.identity->peer()) continue;
      EXPECT_EQ(received.frame.slot, next++);
      EXPECT_EQ(received.frame.payload.text(), "sent");
    }
    EXPECT_LT(next, 20U);
  }
}

TEST_F(TcpHostile, ABulkConnectionToNoLinkIsRefused) {
  // The bulk handshake itself passes: whoever holds an identity may try. The link must exist.
  RawPeer peer(node_.address());
  HandshakeSettings settings;
  settings.identity = peer.identity;
  settings.static_keys = noise::KeyPair::generate();
  settings.network = fixture::test_network();
  settings.lane = Lane::bulk;
  settings.control_binding = UniqueId::from("guessed");
  ASSERT_TRUE(peer.introduce(std::move(settings)));
  const auto event = peer.next();
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->signal, Signal::end);
  EXPECT_EQ(event->goodbye, Goodbye::refused);
}

}  // namespace
}  // namespace tessera::net
