#include "cluster.h"
#include <tessera/groups/core/message_codec.h>
#include <tessera/groups/shell/internal/frame_kind.h>
#include <tessera/net/asio/tcp_transport.h>

/// A peer that completes the handshake and then breaks the protocol loses its link, and the groups
/// do not notice.
namespace tessera::shell::testing {
namespace {

/// Dials a node and sends one frame on every link that comes about.
class Hostile final : public net::TransportEvents,
                      public net::LinkEvents,
                      public std::enable_shared_from_this<Hostile> {
 public:
  Hostile(net::Lane lane, net::Frame frame) : lane_(lane), frame_(std::move(frame)) {}

  void on_link(std::shared_ptr<net::Link> link) override {
    link->start(shared_from_this());
    link->send(lane_, frame_);
    const std::scoped_lock lock(mutex_);
    link_ = std::move(link);
  }
  void on_dial_failed(const net::Address&, const Error&) override {}
  void on_frame(net::Link&, net::Lane, net::Frame) override {}
  void on_drained(net::Link&, net::Lane) override {}
  void on_closed(net::Link&, Error reason) override { closed.put(std::move(reason)); }

  Awaited<Error> closed;

 private:
  const net::Lane lane_;
  const net::Frame frame_;
  std::mutex mutex_;
  std::shared_ptr<net::Link> link_;  // guarded by mutex_
};

class HostilePeer : public ::testing::Test {
 protected:
  [[nodiscard]] bool loses_its_link(net::Lane lane, net::Frame frame) {
    cluster.start("victim");
    JoinChoices alone;
    alone.genesis = Genesis::expect(1);
    const LedgerMember member = cluster.join("victim", alone);
    EXPECT_TRUE(member.is_online());

    const auto identity = std::make_shared<const net::Identity>(net::Identity::generate());
    const auto transport = net::make_tcp_transport(
        cluster.executor(), net::TcpOptions(identity, NetworkId(UniqueId::from("tests/shell"))));
    const auto hostile = std::make_shared<Hostile>(lane, std::move(frame));
    EXPECT_TRUE(transport->start(hostile).has_value());
    const auto address = net::Address::parse(cluster.address("victim"));
    transport->dial({*address, std::nullopt});
    const bool lost = hostile->closed.get().has_value();
    transport->stop();
    EXPECT_FALSE(member.execute("unharmed").error.has_value());
    return lost;
  }
  [[nodiscard]] static net::Frame frame(FrameKind kind, const std::string& payload) {
    return {static_cast<std::uint8_t>(kind), 7, Bytes::copy(payload)};
  }
  Cluster cluster;
};

TEST_F(HostilePeer, AnUnknownKindOfFrameEndsTheLink) {
  EXPECT_TRUE(loses_its_link(net::Lane::control, {99, 0, Bytes::copy("what is this")}));
}

TEST_F(HostilePeer, AMessageThatDoesNotDecodeEndsTheLink) {
  EXPECT_TRUE(loses_its_link(net::Lane::control, frame(FrameKind::message, "garbage")));
}

TEST_F(HostilePeer, ASlotThatWasNeverGivenEndsTheLink) {
  const std::string valid = std::string(core::encode_message(core::VoteRequest{}).text());
  EXPECT_TRUE(loses_its_link(net::Lane::control, frame(FrameKind::message, valid)));
}

TEST_F(HostilePeer, ABondPayloadThatDoesNotDecodeEndsTheLink) {
  EXPECT_TRUE(loses_its_link(net::Lane::control, frame(FrameKind::bond, "garbage")));
}

TEST_F(HostilePeer, AControlFrameOnTheBulkLaneEndsTheLink) {
  EXPECT_TRUE(loses_its_link(net::Lane::bulk, frame(FrameKind::bond, "elsewhere")));
}

}  // namespace
}  // namespace tessera::shell::testing
