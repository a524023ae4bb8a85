// Links that are not encrypted, which only measurements use: among themselves they work, and no
// other node ever has one.
#include "raw_peer.h"

namespace tessera::net {
namespace {

using fixture::LinkedPair;
using fixture::RawPeer;
using fixture::TcpNode;
using fixture::text_frame;
using fixture::Threads;

void make_plain(TcpOptions& options) { options.records = RecordProtection::none; }

/// Why the first dial of `node` failed.
Error first_failure(const TcpNode& node) {
  EXPECT_TRUE(node.events->wait([&] { return !node.events->failed.empty(); }));
  const std::lock_guard lock(node.events->mutex);
  return node.events->failed.front().reason;
}

bool contains(const Error& error, std::string_view words) {
  return error.message().find(words) != std::string::npos;
}

TEST(TcpPlain, TwoPlainNodesLinkAndUseBothLanes) {
  Threads threads(2);
  LinkedPair pair(threads, make_plain);
  ASSERT_TRUE(pair.to_other && pair.to_one);
  EXPECT_EQ(pair.to_other->binding(), pair.to_one->binding());
  const Frame large{2, 7, Bytes(std::vector<std::uint8_t>(3U << 20U, 0x5a))};
  EXPECT_TRUE(pair.to_other->send(Lane::control, text_frame("control")));
  EXPECT_TRUE(pair.to_other->send(Lane::bulk, large));
  ASSERT_TRUE(pair.other.events->wait([&] { return pair.other.events->received.size() == 2; }));
  const std::lock_guard lock(pair.other.events->mutex);
  for (const auto& each : pair.other.events->received) {
    EXPECT_EQ(each.frame.payload.size(), each.lane == Lane::bulk ? 3U << 20U : 7U);
  }
}

TEST(TcpPlain, WhatANodeSaysIsPlainAndWhoSaysItIsProven) {
  Threads threads(2);
  TcpNode node(threads, make_plain);
  node.start();
  RawPeer raw(node.address());
  raw.records = RecordProtection::none;
  ASSERT_TRUE(raw.link());
  EXPECT_EQ(raw.peer, node.peer());
  const auto link = node.events->wait_for_link(raw.identity->peer());
  ASSERT_TRUE(link != nullptr);
  EXPECT_TRUE(link->send(Lane::control, text_frame("in the clear")));
  for (;;) {
    const auto event = raw.next();
    ASSERT_TRUE(event.has_value());
    if (event->signal != Signal::data) continue;
    EXPECT_EQ(event->frame.payload, Bytes::copy("in the clear"));
    break;
  }
}

TEST(TcpPlain, APlainAndASealedNodeNeverLinkAndBothKnowWhy) {
  Threads threads(2);
  TcpNode sealed(threads);
  TcpNode plain(threads, make_plain);
  sealed.start();
  plain.start();
  sealed.dial(plain);
  plain.dial(sealed);
  const Error seen_by_sealed = first_failure(sealed);
  const Error seen_by_plain = first_failure(plain);
  EXPECT_TRUE(seen_by_sealed.is(Errc::handshake_failed)) << seen_by_sealed.message();
  EXPECT_TRUE(contains(seen_by_sealed, "does not encrypt its links")) << seen_by_sealed.message();
  EXPECT_TRUE(seen_by_plain.is(Errc::handshake_failed)) << seen_by_plain.message();
  EXPECT_TRUE(contains(seen_by_plain, "this node does not")) << seen_by_plain.message();
  for (const TcpNode* node : {&sealed, &plain}) {
    const std::lock_guard lock(node->events->mutex);
    EXPECT_EQ(node->events->links_seen, 0U);
  }
}

TEST(TcpPlain, ANodeWarnsOfItWhenItStartsAndOthersDoNot) {
  for (const RecordProtection records : {RecordProtection::none, RecordProtection::sealed}) {
    Threads threads(1);
    std::atomic<int> warnings = 0;
    TcpNode node(threads, [&](TcpOptions& options) {
      options.records = records;
      options.log = [&](const LogRecord& record) {
        if (record.level == LogLevel::warning &&
            record.message.find("NOT encrypted") != std::string::npos) {
          ++warnings;
        }
      };
    });
    node.start();
    EXPECT_EQ(warnings, records == RecordProtection::none ? 1 : 0);
    node.transport->stop();
  }
}

}  // namespace
}  // namespace tessera::net
