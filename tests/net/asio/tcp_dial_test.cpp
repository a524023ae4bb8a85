// How links come about again, and who is not linked to.
#include "tcp_node.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace tessera::net {
namespace {

using fixture::LinkedPair;
using fixture::Recorder;
using fixture::TcpNode;
using fixture::text_frame;
using fixture::Threads;

TEST(TcpDial, IsRepeatedUntilSomebodyListens) {
  Threads threads(2);
  Address address;
  {
    TcpNode earlier(threads);
    earlier.start();
    address = earlier.address();
  }
  TcpNode one(threads);
  one.start();
  one.transport->dial({address, std::nullopt});
  ASSERT_TRUE(one.events->wait([&] { return one.events->failed.size() >= 3; }));
  EXPECT_TRUE(one.events->failed.front().reason.is(Errc::io_failed));
  EXPECT_EQ(one.events->failed.front().address, address);
  TcpNode other(threads, [&](TcpOptions& options) { options.listen = address; });
  other.start();
  EXPECT_TRUE(one.events->wait_for_link(other.peer()) != nullptr);
}

TEST(TcpDial, ToALostPeerIsRepeatedUntilItIsBack) {
  Threads threads(2);
  TcpNode one(threads);
  one.start();
  auto other = std::make_unique<TcpNode>(threads);
  other->start();
  const Address address = other->address();
  const auto identity = other->identity;
  one.dial(*other);
  for (int round = 0; round < 10; ++round) {
    ASSERT_TRUE(one.events->wait_for_link(identity->peer()) != nullptr);
    ASSERT_TRUE(other->events->wait_for_link(one.peer()) != nullptr);
    other.reset();
    const auto closed = static_cast<std::size_t>(round) + 1;
    ASSERT_TRUE(one.events->wait([&] { return one.events->closed.size() == closed; }));
    const auto edit = [&](TcpOptions& options) { options.listen = address; };
    other = std::make_unique<TcpNode>(threads, edit, identity);
    other->start();
  }
}

TEST(TcpDial, RestsWhileThePeerIsLinkedAndResumesWhenTheLinkIsLost) {
  Threads threads(2);
  TcpNode one(threads);
  TcpNode other(threads);
  one.start();
  other.start();
  one.dial(other);
  other.dial(one);
  ASSERT_TRUE(one.events->wait_for_link(other.peer()) != nullptr);
  const auto back = other.events->wait_for_link(one.peer());
  ASSERT_TRUE(back != nullptr);
  back->close(Error(Errc::disconnected, "for the test"));
  // Not exactly two: the end that decides may take up a connection that the other end, which has
  // not noticed the loss yet, is giving up as a second one.
  for (const TcpNode* node : {&one, &other}) {
    Recorder& events = *node->events;
    ASSERT_TRUE(events.wait([&] { return events.links_seen >= 2 && events.links.size() == 1; }));
  }
}

bool knows_localhost() {
  boost::asio::io_context io;
  boost::system::error_code failed;
  boost::asio::ip::tcp::resolver(io).resolve("localhost", "", failed);
  return !failed;
}

TEST(TcpDial, OfANameIsResolved) {
  if (!knows_localhost()) GTEST_SKIP() << "this machine has no address for 'localhost'";
  Threads threads(2);
  TcpNode one(threads);
  TcpNode other(threads);
  one.start();
  other.start();
  one.transport->dial({Address{"localhost", other.address().port}, std::nullopt});
  EXPECT_TRUE(one.events->wait_for_link(other.peer()) != nullptr);
  one.transport->dial({Address{"no-such-host.invalid", 1}, std::nullopt});
  EXPECT_TRUE(one.events->wait([&] {
    return !one.events->failed.empty() &&
           one.events->failed.back().address.host == "no-such-host.invalid";
  }));
}

TEST(TcpDial, ToOneselfIsRefused) {
  Threads threads(2);
  TcpNode one(threads);
  one.start();
  one.dial(one);
  ASSERT_TRUE(one.events->wait([&] { return !one.events->failed.empty(); }));
  EXPECT_TRUE(one.events->failed.front().reason.is(Errc::not_allowed));
  EXPECT_EQ(one.events->links_seen, 0U);
}

TEST(TcpDial, ThatReachesAnotherPeerThanExpectedFails) {
  Threads threads(2);
  TcpNode one(threads);
  TcpNode other(threads);
  one.start();
  other.start();
  one.transport->dial({other.address(), Identity::generate().peer()});
  ASSERT_TRUE(one.events->wait([&] { return !one.events->failed.empty(); }));
  EXPECT_TRUE(one.events->failed.front().reason.is(Errc::handshake_failed));
  one.transport->forget(other.address());
  one.transport->dial({other.address(), other.peer()});
  EXPECT_TRUE(one.events->wait_for_link(other.peer()) != nullptr);
}

TEST(TcpDial, IntoAnotherNetworkFailsAndSaysSo) {
  Threads threads(2);
  TcpNode one(threads);
  TcpNode other(threads, [](TcpOptions& options) {
    options.network = NetworkId(UniqueId::from("another network"));
  });
  one.start();
  other.start();
  one.dial(other);
  ASSERT_TRUE(one.events->wait([&] { return !one.events->failed.empty(); }));
  EXPECT_TRUE(one.events->failed.front().reason.is(Errc::foreign));
  EXPECT_EQ(other.events->links_seen, 0U);
}

TEST(TcpDial, AtTwoAddressesOfOnePeerGivesOneLink) {
  Threads threads(2);
  TcpNode one(threads);
  TcpNode other(threads);
  one.start();
  other.start();
  one.dial(other);
  one.transport->dial({Address{"localhost", other.address().port}, std::nullopt});
  ASSERT_TRUE(one.events->wait_for_link(other.peer()) != nullptr);
  const auto link = other.events->wait_for_link(one.peer());
  ASSERT_TRUE(link != nullptr);
  link->close(Error(Errc::disconnected, "for the test"));
  ASSERT_TRUE(one.events->wait([&] { return one.events->links_seen >= 2; }));
}

TEST(TcpRestart, OfAPeerThatDiedSilentlyReplacesItsLink) {
  for (int round = 0; round < 4; ++round) {
    Threads threads(2);
    auto crashing = std::make_unique<Threads>(2);
    const auto edit = [](TcpOptions& options) {
      options.times.probe = std::chrono::milliseconds(200);
      options.times.idle_max = std::chrono::minutes(10);  // So that nothing else can end the link.
    };
    TcpNode one(threads, edit);
    TcpNode other(*crashing, edit);
    one.start();
    other.start();
    one.dial(other);
    const auto first = one.events->wait_for_link(other.peer());
    ASSERT_TRUE(first && other.events->wait_for_link(one.peer()));
    crashing->freeze();  // Its sockets stay open and say nothing.
    TcpNode again(threads, edit, other.identity);
    again.start();
    again.dial(one);
    ASSERT_TRUE(again.events->wait_for_link(one.peer()) != nullptr);
    ASSERT_TRUE(one.events->wait([&] { return one.events->links_seen == 2; }));
    const auto second = one.events->wait_for_link(other.peer());
    ASSERT_TRUE(second != nullptr);
    EXPECT_NE(first->binding(), second->binding());
    EXPECT_TRUE(second->send(Lane::control, text_frame("welcome back")));
    EXPECT_TRUE(again.events->wait([&] { return again.events->received.size() == 1; }));
  }
}

TEST(TcpRestart, ASecondProcessWithTheSameIdentityDoesNotPushOutTheFirst) {
  for (int round = 0; round < 2; ++round) {
    Threads threads(2);
    LinkedPair pair(threads);
    TcpNode twin(threads, nullptr, pair.other.identity);
    twin.start();
    if (round == 0) {
      twin.dial(pair.one);
      // Whoever decides: the twin is turned away, or its link is ended right after.
      ASSERT_TRUE(twin.events->wait(
          [&] { return !twin.events->failed.empty() || !twin.events->closed.empty(); }));
    } else {
      pair.one.dial(twin);
      ASSERT_TRUE(pair.one.events->wait([&] { return !pair.one.events->failed.empty(); }));
      EXPECT_TRUE(pair.one.events->failed.front().reason.is(Errc::duplicate_identity));
    }
    EXPECT_EQ(pair.one.events->links_seen, 1U);
    EXPECT_TRUE(pair.to_other->send(Lane::control, text_frame("still here")));
    EXPECT_TRUE(pair.other.events->wait([&] { return pair.other.events->received.size() == 1; }));
  }
}

TEST(TcpIdle, ASilentPeerIsGivenUpAndAQuietOneIsNot) {
  Threads threads(2);
  auto crashing = std::make_unique<Threads>(1);
  const auto edit = [](TcpOptions& options) {
    options.times.keepalive = std::chrono::milliseconds(100);
    options.times.idle_max = std::chrono::milliseconds(2000);
  };
  TcpNode one(threads, edit);
  TcpNode quiet(threads, edit);
  TcpNode silent(*crashing, edit);
  for (TcpNode* node : {&one, &quiet, &silent}) node->start();
  one.dial(quiet);
  one.dial(silent);
  ASSERT_TRUE(one.events->wait_for_link(quiet.peer()) != nullptr);
  ASSERT_TRUE(one.events->wait_for_link(silent.peer()) != nullptr);
  crashing->freeze();
  ASSERT_TRUE(one.events->wait([&] { return !one.events->closed.empty(); }));
  EXPECT_EQ(one.events->closed.front().peer, silent.peer());
  EXPECT_TRUE(one.events->closed.front().reason.is(Errc::timed_out));
  EXPECT_EQ(quiet.events->closed.size(), 0U);
}

}  // namespace
}  // namespace tessera::net
