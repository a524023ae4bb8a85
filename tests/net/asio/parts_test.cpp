// The small parts of the TCP transport, by themselves.
#include <tessera/net/asio/internal/backoff.h>
#include <tessera/net/asio/internal/half_open.h>
#include <tessera/net/asio/internal/penalties.h>

#include <gtest/gtest.h>

namespace tessera::net {
namespace {

using std::chrono::milliseconds;

TcpTimes times() {
  TcpTimes set;
  set.backoff_first = milliseconds(100);
  set.backoff_max = milliseconds(5000);
  return set;
}

TEST(Backoff, DoublesUpToItsBoundWithJitterOfHalf) {
  Backoff backoff(times(), Random(1));
  EXPECT_EQ(backoff.delay({0}), SteadyClock::duration::zero());
  milliseconds full{100};
  for (unsigned failures = 1; failures < 40; ++failures) {
    for (int draw = 0; draw < 50; ++draw) {
      const auto delay = backoff.delay({failures});
      EXPECT_GE(delay, full / 2);
      EXPECT_LE(delay, full);
    }
    full = std::min(full * 2, milliseconds(5000));
  }
}

TEST(Penalties, KeepAPeerOffLongerEachTimeAndNobodyElse) {
  Penalties penalties(Backoff(times(), Random(1)));
  const PeerId bad = PeerId(UniqueId::from("bad"));
  const SteadyClock::time_point now{};
  EXPECT_FALSE(penalties.is_kept_off(bad, now));
  penalties.punish(bad, now);
  EXPECT_TRUE(penalties.is_kept_off(bad, now));
  EXPECT_FALSE(penalties.is_kept_off(PeerId(UniqueId::from("good")), now));
  EXPECT_FALSE(penalties.is_kept_off(bad, now + milliseconds(100)));
  for (int again = 0; again < 5; ++again) penalties.punish(bad, now);
  EXPECT_TRUE(penalties.is_kept_off(bad, now + milliseconds(1500)));
}

class Handshaking final : public Operation {
 public:
  void abort(Error) override { is_aborted = true; }
  bool is_aborted = false;
};

boost::asio::ip::address address(std::uint32_t number) {
  return boost::asio::ip::address_v4(number);
}

TEST(HalfOpen, TheOldestOfAnAddressGivesWayToTheNewest) {
  HalfOpen half_open({10, 3});
  std::vector<std::shared_ptr<Handshaking>> all;
  for (HalfOpen::Ticket ticket = 0; ticket < 5; ++ticket) {
    all.push_back(std::make_shared<Handshaking>());
    EXPECT_EQ(half_open.add(ticket, {address(1), all.back()}), ticket < 3 ? 0U : 1U);
  }
  EXPECT_EQ(half_open.size(), 3U);
  for (std::size_t at = 0; at < all.size(); ++at) EXPECT_EQ(all[at]->is_aborted, at < 2) << at;
}

TEST(HalfOpen, WhenAllIsFullTheAddressWithTheMostGivesWay) {
  HalfOpen half_open({4, 3});
  const auto lone = std::make_shared<Handshaking>();
  const auto first = std::make_shared<Handshaking>();
  const auto other = std::make_shared<Handshaking>();
  EXPECT_EQ(half_open.add(0, {address(1), lone}), 0U);
  EXPECT_EQ(half_open.add(1, {address(2), first}), 0U);
  EXPECT_EQ(half_open.add(2, {address(2), other}), 0U);
  EXPECT_EQ(half_open.add(3, {address(2), other}), 0U);
  EXPECT_EQ(half_open.add(4, {address(3), other}), 1U);
  EXPECT_TRUE(first->is_aborted);
  EXPECT_FALSE(lone->is_aborted);
  half_open.remove(0);
  EXPECT_EQ(half_open.size(), 3U);
}

}  // namespace
}  // namespace tessera::net
