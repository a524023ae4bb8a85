// What holds for links between honest nodes with real sockets.
#include "tcp_node.h"

namespace tessera::net {
namespace {

using fixture::LinkedPair;
using fixture::Recorder;
using fixture::TcpNode;
using fixture::text_frame;
using fixture::Threads;

TEST(TcpMesh, OfThreeFormsWhoeverDialsWhom) {
  Threads threads(3);
  std::vector<std::unique_ptr<TcpNode>> nodes;
  for (int count = 0; count < 3; ++count) {
    nodes.push_back(std::make_unique<TcpNode>(threads));
    nodes.back()->start();
  }
  for (const auto& from : nodes) {
    for (const auto& to : nodes) {
      if (from != to) from->dial(*to);
    }
  }
  for (const auto& from : nodes) {
    for (const auto& to : nodes) {
      if (from == to) continue;
      const auto link = from->events->wait_for_link(to->peer());
      const auto back = to->events->wait_for_link(from->peer());
      ASSERT_TRUE(link && back);
      EXPECT_EQ(link->binding(), back->binding());
      EXPECT_NE(link->role(), back->role());
      EXPECT_TRUE(link->send(Lane::control, text_frame("control")));
      EXPECT_TRUE(link->send(Lane::bulk, text_frame("bulk")));
    }
  }
  for (const auto& node : nodes) {
    EXPECT_TRUE(node->events->wait([&] { return node->events->received.size() == 4; }));
    const std::lock_guard lock(node->events->mutex);
    EXPECT_TRUE(node->events->closed.empty());
    EXPECT_EQ(node->events->links_seen, 2U);
  }
}

TEST(TcpLink, OfTwoSimultaneousDialsBothEndsKeepTheSameOne) {
  Threads threads(4);
  for (int round = 0; round < 60; ++round) {
    TcpNode one(threads);
    TcpNode other(threads);
    one.start();
    other.start();
    one.dial(other);
    other.dial(one);
    const auto link = one.events->wait_for_link(other.peer());
    const auto back = other.events->wait_for_link(one.peer());
    ASSERT_TRUE(link && back);
    ASSERT_EQ(link->binding(), back->binding());
    EXPECT_TRUE(link->send(Lane::control, text_frame("there")));
    EXPECT_TRUE(back->send(Lane::control, text_frame("back")));
    ASSERT_TRUE(one.events->wait([&] { return one.events->received.size() == 1; }));
    ASSERT_TRUE(other.events->wait([&] { return other.events->received.size() == 1; }));
    for (const TcpNode* node : {&one, &other}) {
      const std::lock_guard lock(node->events->mutex);
      EXPECT_EQ(node->events->links_seen, 1U);
      EXPECT_TRUE(node->events->closed.empty());
    }
  }
}

TEST(TcpLink, FramesArriveInOrderOnEachLaneAlsoThoseSentBeforeTheOtherSideListens) {
  Threads threads(2);
  TcpNode one(threads);
  TcpNode other(threads);
  other.events->starts_links = false;
  one.start();
  other.start();
  one.dial(other);
  const auto link = one.events->wait_for_link(other.peer());
  const auto back = other.events->wait_for_link(one.peer());
  ASSERT_TRUE(link && back);
  constexpr std::uint32_t count = 5000;
  for (std::uint32_t slot = 0; slot < count; ++slot) {
    ASSERT_TRUE(link->send(Lane::control, text_frame("control", slot)));
    ASSERT_TRUE(link->send(Lane::bulk, text_frame("bulk", slot)));
  }
  back->start(other.events);
  ASSERT_TRUE(other.events->wait([&] { return other.events->received.size() == 2 * count; }));
  std::array<std::uint32_t, 2> next{};
  for (const Recorder::Received& one_frame : other.events->received) {
    EXPECT_EQ(one_frame.frame.slot, next[static_cast<std::size_t>(one_frame.lane)]++);
  }
}

TEST(TcpLink, EitherSideCanOpenTheBulkLane) {
  Threads threads(2);
  for (int round = 0; round < 10; ++round) {
    LinkedPair pair(threads);
    const auto& first = round % 2 == 0 ? pair.to_other : pair.to_one;
    EXPECT_TRUE(first->send(Lane::bulk, text_frame("bulk")));
    if (round >= 5) {
      EXPECT_TRUE(pair.to_one->send(Lane::bulk, text_frame("bulk")));
    }
    Recorder& events = first == pair.to_other ? *pair.other.events : *pair.one.events;
    ASSERT_TRUE(events.wait([&] { return !events.received.empty(); }));
    const std::lock_guard lock(events.mutex);  // another frame may be on its way
    EXPECT_EQ(events.received.front().lane, Lane::bulk);
  }
}

TEST(TcpLink, ABulkTransferThatStandsStillDoesNotDelayControl) {
  Threads threads(3);
  TcpNode one(threads);
  TcpNode other(threads);
  std::mutex mutex;
  std::condition_variable came;
  bool has_control_come = false;
  other.events->on_received = [&](const Recorder::Received& received) {
    std::unique_lock lock(mutex);
    has_control_come = has_control_come || received.lane == Lane::control;
    came.notify_all();
    // The bulk lane stands still until a control frame has come past it.
    EXPECT_TRUE(came.wait_for(lock, std::chrono::minutes(1), [&] { return has_control_come; }));
  };
  one.start();
  other.start();
  one.dial(other);
  const auto link = one.events->wait_for_link(other.peer());
  ASSERT_TRUE(link != nullptr);
  std::vector<std::uint8_t> content(8U << 20U);
  for (std::size_t at = 0; at < content.size(); ++at)
    content[at] = static_cast<std::uint8_t>(at % 251);
  const Bytes large(std::move(content));
  for (std::uint32_t slot = 0; slot < 7; ++slot) {
    ASSERT_TRUE(link->send(Lane::bulk, Frame{2, slot, large}));
  }
  // The whole does not fit into the system's buffers: the lane is stuck for certain.
  ASSERT_TRUE(link->send(Lane::control, text_frame("heartbeat")));
  ASSERT_TRUE(other.events->wait([&] { return other.events->received.size() == 8; }));
  for (const Recorder::Received& received : other.events->received) {
    if (received.lane == Lane::bulk) {
      EXPECT_TRUE(received.frame.payload == large);
    }
  }
}

TEST(TcpLink, AFullQueueRefusesAndSaysWhenItHasDrained) {
  Threads threads(2);
  TcpNode one(threads, [](TcpOptions& options) {
    options.limits.frame_bytes_max = 1U << 20U;
    options.limits.control_queue_bytes_max = 2U << 20U;
  });
  TcpNode other(threads);
  other.events->starts_links = false;
  one.start();
  other.start();
  one.dial(other);
  const auto link = one.events->wait_for_link(other.peer());
  const auto back = other.events->wait_for_link(one.peer());
  ASSERT_TRUE(link && back);
  const Frame frame{1, 1, Bytes(std::vector<std::uint8_t>(1U << 19U))};
  std::size_t sent = 0;
  while (link->send(Lane::control, frame)) ++sent;
  EXPECT_LE(link->queued(Lane::control), 2U << 20U);
  EXPECT_GE(sent, 3U);
  EXPECT_FALSE(
      link->send(Lane::control, Frame{1, 1, Bytes(std::vector<std::uint8_t>((1U << 20U) + 1))}))
      << "above the frame limit";
  back->start(other.events);
  ASSERT_TRUE(one.events->wait([&] { return one.events->drained > 0; }));
  ASSERT_TRUE(other.events->wait([&] { return other.events->received.size() == sent; }));
  EXPECT_TRUE(link->send(Lane::control, frame));
}

TEST(TcpLink, ItsBulkLaneKeepsToThePaceAndItsControlLaneDoesNot) {
  constexpr std::size_t pace = 2U << 20U;
  constexpr std::size_t bytes = 1U << 20U;
  Threads threads(2);
  TcpNode one(threads, [](TcpOptions& options) { options.limits.bulk_bytes_per_second = pace; });
  TcpNode other(threads);
  one.start();
  other.start();
  one.dial(other);
  const auto link = one.events->wait_for_link(other.peer());
  ASSERT_TRUE(link != nullptr);
  const auto began = std::chrono::steady_clock::now();
  const auto sends = [&](Lane lane) {
    return link->send(lane, Frame{1, 1, Bytes(std::vector<std::uint8_t>(bytes / 4))});
  };
  for (int count = 0; count < 4; ++count) ASSERT_TRUE(sends(Lane::bulk));
  for (int count = 0; count < 4; ++count) ASSERT_TRUE(sends(Lane::control));
  ASSERT_TRUE(other.events->wait([&] { return other.events->received.size() == 8; }));
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(400))
      << "half a second, but for what may leave at once";
  for (std::size_t at = 0; at < 4; ++at) {
    EXPECT_EQ(other.events->received[at].lane, Lane::control) << at;
  }
}

TEST(TcpLink, ClosingDoesNotWaitForThePaceOfWhatIsQueued) {
  Threads threads(2);
  TcpNode one(threads, [](TcpOptions& options) { options.limits.bulk_bytes_per_second = 1; });
  TcpNode other(threads);
  one.start();
  other.start();
  one.dial(other);
  const auto link = one.events->wait_for_link(other.peer());
  ASSERT_TRUE(link != nullptr);
  ASSERT_TRUE(link->send(Lane::bulk, text_frame("first")));
  ASSERT_TRUE(other.events->wait([&] { return other.events->received.size() == 1; }));
  // At this pace it would be on its way for months.
  const Bytes last_words(std::vector<std::uint8_t>(1U << 20U));
  ASSERT_TRUE(link->send(Lane::bulk, Frame{1, 1, last_words}));
  one.transport->forget(other.address());
  link->close(Error(Errc::not_allowed, "enough"));
  EXPECT_TRUE(other.events->wait([&] { return !other.events->closed.empty(); }));
}

TEST(TcpLink, ClosingSendsWhatIsQueuedAndBothSidesHearOfIt) {
  Threads threads(2);
  LinkedPair pair(threads);
  for (std::uint32_t slot = 0; slot < 100; ++slot) {
    EXPECT_TRUE(pair.to_other->send(Lane::control, text_frame("last words", slot)));
  }
  pair.one.transport->forget(pair.other.address());
  pair.to_other->close(Error(Errc::not_allowed, "enough"));
  EXPECT_FALSE(pair.to_other->send(Lane::control, text_frame("too late")));
  ASSERT_TRUE(pair.other.events->wait([&] { return !pair.other.events->closed.empty(); }));
  EXPECT_EQ(pair.other.events->received.size(), 100U);
  EXPECT_TRUE(pair.other.events->closed.front().reason.is(Errc::disconnected));
  ASSERT_TRUE(pair.one.events->wait([&] { return !pair.one.events->closed.empty(); }));
  EXPECT_TRUE(pair.one.events->closed.front().reason.is(Errc::not_allowed));
}

TEST(TcpLink, StartedAfterItsEndStillHearsOfIt) {
  Threads threads(2);
  TcpNode one(threads);
  TcpNode other(threads);
  other.events->starts_links = false;
  one.start();
  other.start();
  one.dial(other);
  const auto link = one.events->wait_for_link(other.peer());
  const auto back = other.events->wait_for_link(one.peer());
  ASSERT_TRUE(link && back);
  one.transport->stop();
  // The end is behind nothing that would have to be delivered first, so it is seen before a start.
  while (back->send(Lane::control, text_frame("?"))) std::this_thread::yield();
  back->start(other.events);
  EXPECT_TRUE(other.events->wait([&] { return other.events->closed.size() == 1; }));
}

TEST(TcpTransport, NoEventComesAfterStopAndThePortIsFree) {
  Threads threads(4);
  for (int round = 0; round < 30; ++round) {
    LinkedPair pair(threads);
    for (std::uint32_t slot = 0; slot < 200; ++slot) {
      EXPECT_TRUE(pair.to_one->send(Lane::control, text_frame("more", slot)));
    }
    const Address address = pair.one.address();
    pair.one.transport->stop();
    const std::size_t received = pair.one.events->received.size();
    const std::size_t closed = pair.one.events->closed.size();
    TcpNode next(threads, [&](TcpOptions& options) { options.listen = address; });
    next.start();
    ASSERT_TRUE(pair.other.events->wait([&] { return !pair.other.events->closed.empty(); }));
    EXPECT_EQ(pair.one.events->received.size(), received);
    EXPECT_EQ(pair.one.events->closed.size(), closed);
    EXPECT_FALSE(pair.to_other->send(Lane::control, text_frame("late")));
  }
}

TEST(TcpTransport, CanBeStoppedFromWithinAnEvent) {
  Threads threads(2);
  LinkedPair pair(threads);
  std::atomic<bool> has_stopped = false;
  pair.one.events->on_received = [&](const Recorder::Received&) {
    pair.one.transport->stop();
    has_stopped = true;
  };
  EXPECT_TRUE(pair.to_one->send(Lane::control, text_frame("stop")));
  ASSERT_TRUE(pair.other.events->wait([&] { return !pair.other.events->closed.empty(); }));
  EXPECT_TRUE(has_stopped);
}

TEST(TcpTransport, LinksMayOutliveTransportAndContext) {
  std::shared_ptr<Link> link;
  {
    Threads threads(2);
    LinkedPair pair(threads);
    link = pair.to_other;
    EXPECT_TRUE(link->send(Lane::bulk, text_frame("in the middle of things")));
  }
  EXPECT_FALSE(link->send(Lane::control, text_frame("late")));
  link->close(Error(Errc::disconnected, "late"));
}

TEST(TcpTransport, OnAPortInUseSaysWhichAddressItIs) {
  Threads threads(1);
  TcpNode one(threads);
  one.start();
  TcpNode other(threads, [&](TcpOptions& options) { options.listen = one.address(); });
  const auto started = other.transport->start(other.events);
  ASSERT_FALSE(started.has_value());
  EXPECT_TRUE(started.error().is(Errc::io_failed));
  EXPECT_NE(started.error().message().find(one.address().to_string()), std::string::npos);
}

TEST(TcpTransport, AdvertisesWhatItIsToldWithThePortItHas) {
  Threads threads(1);
  TcpNode node(threads, [](TcpOptions& options) {
    options.advertise = {Address{"node-1.example.org", 0}, Address{"10.0.0.1", 7}};
  });
  node.start();
  const auto addresses = node.transport->listen_addresses();
  ASSERT_EQ(addresses.size(), 2U);
  EXPECT_EQ(addresses[0].host, "node-1.example.org");
  EXPECT_NE(addresses[0].port, 0);
  EXPECT_EQ(addresses[1].port, 7);
}

}  // namespace
}  // namespace tessera::net
