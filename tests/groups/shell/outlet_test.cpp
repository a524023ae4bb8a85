#include <tessera/groups/core/message_codec.h>
#include <tessera/groups/shell/internal/frame_kind.h>
#include <tessera/groups/shell/internal/outlet.h>

#include <gtest/gtest.h>

#include <vector>

namespace tessera::shell {
namespace {

/// A link whose queues have as much room as the test says.
class FakeLink final : public net::Link {
 public:
  PeerId peer() const override { return {}; }
  net::Role role() const override { return net::Role::dialler; }
  const UniqueId& binding() const override { return binding_; }
  void start(std::weak_ptr<net::LinkEvents>) override {}
  bool send(net::Lane lane, net::Frame frame) override {
    if (room == 0) {
      return false;
    }
    --room;
    sent.emplace_back(lane, std::move(frame));
    return true;
  }
  std::size_t queued(net::Lane) const override { return 0; }
  void close(Error) override {}

  std::size_t room = 1000;
  std::vector<std::pair<net::Lane, net::Frame>> sent;

 private:
  UniqueId binding_;
};

struct OutletTest : ::testing::Test {
  std::shared_ptr<FakeLink> link = std::make_shared<FakeLink>();
  Outlet outlet{link};
};

Bytes vote() { return core::encode_message(core::VoteRequest{}); }

Bytes bulk_of(std::size_t size) {
  return core::encode_message(core::SyncMessage{Bytes(std::vector<std::uint8_t>(size))});
}

TEST_F(OutletTest, ConsensusGoesOnTheControlLaneAndIsDroppedWhenItIsFull) {
  EXPECT_TRUE(outlet.send(net::Lane::control, 7, vote()));
  ASSERT_EQ(link->sent.size(), 1U);
  EXPECT_EQ(link->sent[0].first, net::Lane::control);
  EXPECT_EQ(link->sent[0].second.slot, 7U);
  link->room = 0;
  EXPECT_FALSE(outlet.send(net::Lane::control, 7, vote()));
}

TEST_F(OutletTest, ALongMessageGoesInPiecesOnTheBulkLane) {
  EXPECT_TRUE(outlet.send(net::Lane::bulk, 7, bulk_of(2 * piece_bytes_max)));
  ASSERT_EQ(link->sent.size(), 3U);
  for (const auto& [lane, frame] : link->sent) {
    EXPECT_EQ(lane, net::Lane::bulk);
    EXPECT_EQ(frame.kind, static_cast<std::uint8_t>(FrameKind::piece));
  }
}

TEST_F(OutletTest, WhatTheLinkRefusesWaitsInOrderUpToABound) {
  link->room = 1;
  EXPECT_TRUE(outlet.send(net::Lane::bulk, 1, bulk_of(joined_bytes_max / 2)));
  EXPECT_FALSE(outlet.send(net::Lane::bulk, 2, bulk_of(joined_bytes_max - 100)));
  EXPECT_TRUE(outlet.send(net::Lane::bulk, 3, bulk_of(10)));
  link->room = 1000;
  outlet.pump();
  ASSERT_GT(link->sent.size(), 2U);
  EXPECT_EQ(link->sent.back().second.slot, 3U);
  EXPECT_EQ(link->sent[link->sent.size() - 2].second.slot, 1U);
}

TEST_F(OutletTest, AMessageThatNobodyCouldJoinIsRefused) {
  EXPECT_FALSE(outlet.send(net::Lane::bulk, 1, bulk_of(joined_bytes_max + 1)));
}

}  // namespace
}  // namespace tessera::shell
