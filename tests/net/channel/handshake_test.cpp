#include "handshake_pair.h"
#include <tessera/primitives/random.h>

#include <gtest/gtest.h>

namespace tessera::net {
namespace {

using fixture::HandshakePair;
using fixture::settings_for;

TEST(Handshake, IntroducesBothSidesToEachOther) {
  HandshakeSettings dialler = settings_for(Role::dialler);
  const HandshakeSettings listener = settings_for(Role::listener);
  dialler.expected = listener.identity->peer();
  dialler.lane = Lane::bulk;
  dialler.control_binding = UniqueId::from("control");
  HandshakePair pair(dialler, listener);
  pair.run();
  ASSERT_TRUE(pair.dialler.is_finished() && pair.listener.is_finished());
  const Introduction ours = pair.dialler.introduction();
  const Introduction theirs = pair.listener.introduction();
  EXPECT_EQ(ours.peer, listener.identity->peer());
  EXPECT_EQ(theirs.peer, dialler.identity->peer());
  EXPECT_EQ(ours.run, listener.run);
  EXPECT_EQ(theirs.run, dialler.run);
  EXPECT_EQ(ours.binding, theirs.binding);
  EXPECT_FALSE(ours.binding.is_none());
  EXPECT_EQ(theirs.lane, Lane::bulk);
  EXPECT_EQ(theirs.control_binding, dialler.control_binding);
  EXPECT_EQ(ours.role, Role::dialler);
  EXPECT_EQ(theirs.role, Role::listener);
}

TEST(Handshake, TwoOfTheSamePeersHaveDifferentBindings) {
  const HandshakeSettings dialler = settings_for(Role::dialler);
  const HandshakeSettings listener = settings_for(Role::listener);
  HandshakePair one(dialler, listener);
  HandshakePair other(dialler, listener);
  one.run();
  other.run();
  EXPECT_NE(one.dialler.introduction().binding, other.dialler.introduction().binding);
}

TEST(Handshake, AnyBitFlippedOnTheWayKeepsItFromCompleting) {
  const HandshakeSettings dialler = settings_for(Role::dialler);
  const HandshakeSettings listener = settings_for(Role::listener);
  HandshakePair good(dialler, listener);
  good.run();
  ASSERT_TRUE(good.listener.is_finished());
  const std::size_t bits = good.bits_carried;
  EXPECT_GT(bits, 8U * 500);
  for (std::size_t bit = 0; bit < bits; ++bit) {
    HandshakePair pair(dialler, listener);
    pair.run(bit);
    EXPECT_FALSE(pair.dialler.is_finished() && pair.listener.is_finished()) << "bit " << bit;
    // A length that grew only keeps the reader waiting, for the handshake's time; all else fails.
    const bool is_waiting = !pair.dialler_error && !pair.listener_error;
    EXPECT_TRUE(!is_waiting || !pair.listener.is_finished()) << "bit " << bit;
  }
}

TEST(Handshake, OfAnotherNetworkIsNamedOnBothSides) {
  HandshakePair pair(settings_for(Role::dialler, "one"), settings_for(Role::listener, "other"));
  pair.run();
  ASSERT_TRUE(pair.dialler_error && pair.listener_error);
  EXPECT_TRUE(pair.dialler_error->is(Errc::foreign));
  EXPECT_TRUE(pair.listener_error->is(Errc::foreign));
}

HandshakeSettings plain(HandshakeSettings settings) {
  settings.records = RecordProtection::none;
  return settings;
}

TEST(Handshake, WithoutSealingIsCompletedByTwoThatBothWantIt) {
  HandshakePair pair(plain(settings_for(Role::dialler)), plain(settings_for(Role::listener)));
  pair.run();
  EXPECT_TRUE(pair.dialler.is_finished() && pair.listener.is_finished());
  EXPECT_EQ(pair.dialler.introduction().binding, pair.listener.introduction().binding);
}

TEST(Handshake, OfOneThatSealsAndOneThatDoesNotIsNamedOnBothSides) {
  for (const bool dialler_is_plain : {true, false}) {
    HandshakeSettings dialler = settings_for(Role::dialler);
    HandshakeSettings listener = settings_for(Role::listener);
    HandshakeSettings& one = dialler_is_plain ? dialler : listener;
    one.records = RecordProtection::none;
    HandshakePair pair(dialler, listener);
    pair.run();
    EXPECT_FALSE(pair.dialler.is_finished() || pair.listener.is_finished());
    ASSERT_TRUE(pair.dialler_error && pair.listener_error);
    EXPECT_TRUE(pair.dialler_error->is(Errc::handshake_failed));
    EXPECT_TRUE(pair.listener_error->is(Errc::handshake_failed));
    const Error& sealing = dialler_is_plain ? *pair.listener_error : *pair.dialler_error;
    const Error& not_sealing = dialler_is_plain ? *pair.dialler_error : *pair.listener_error;
    EXPECT_NE(sealing.message().find("does not encrypt its links"), std::string::npos);
    EXPECT_NE(not_sealing.message().find("this node does not"), std::string::npos);
  }
}

/// Feeds all of `bytes`; the first error.
std::optional<Error> feed_all(Handshake& to, const std::vector<std::uint8_t>& bytes) {
  ByteView rest = bytes;
  while (!rest.empty()) {
    const std::size_t count = to.bytes_wanted();
    if (rest.size() < count) return Error(Errc::timed_out, "it waits for more");
    if (auto fed = to.feed(rest.first(count)); !fed) return fed.error();
    rest = rest.subspan(count);
  }
  return std::nullopt;
}

TEST(Handshake, WhoChangesWhatBothSaySoThatTheySeemAlikeDoesNotBringThemTogether) {
  constexpr std::size_t records_at = 7;
  Handshake dialler(settings_for(Role::dialler));
  Handshake listener(plain(settings_for(Role::listener)));
  std::vector<std::uint8_t> there = dialler.take_output();
  there[records_at] ^= 1U;
  ASSERT_FALSE(feed_all(listener, there)) << "the listener takes it for one of its kind";
  std::vector<std::uint8_t> back = listener.take_output();
  back[records_at] ^= 1U;
  const auto error = feed_all(dialler, back);
  ASSERT_TRUE(error) << "each binds its own greeting into what it proves";
  EXPECT_TRUE(error->is(Errc::handshake_failed)) << error->message();
  EXPECT_FALSE(dialler.is_finished());
}

TEST(Handshake, OfAnotherVersionIsNamed) {
  Handshake listener(settings_for(Role::listener));
  Greeting greeting = make_greeting({NetworkId(UniqueId::from("net")), Lane::control});
  greeting[5] = 9;
  const auto fed = listener.feed(greeting);
  ASSERT_FALSE(fed.has_value());
  EXPECT_TRUE(fed.error().is(Errc::version_mismatch));
  EXPECT_EQ(listener.take_output().size(), greeting_size) << "so that the other side can say it";
}

TEST(Handshake, WithAnotherPeerThanExpectedFailsBeforeTheDiallerShowsItself) {
  HandshakeSettings dialler = settings_for(Role::dialler);
  dialler.expected = Identity::generate().peer();
  HandshakePair pair(dialler, settings_for(Role::listener));
  pair.run();
  ASSERT_TRUE(pair.dialler_error.has_value());
  EXPECT_TRUE(pair.dialler_error->is(Errc::handshake_failed));
  EXPECT_NE(pair.dialler_error->message().find(dialler.expected->brief()), std::string::npos);
  EXPECT_FALSE(pair.listener.is_finished());
}

TEST(Handshake, WithOneselfIsRefused) {
  HandshakeSettings dialler = settings_for(Role::dialler);
  HandshakeSettings listener = settings_for(Role::listener);
  listener.identity = dialler.identity;
  HandshakePair pair(dialler, listener);
  pair.run();
  ASSERT_TRUE(pair.dialler_error.has_value());
  EXPECT_TRUE(pair.dialler_error->is(Errc::not_allowed));
}

TEST(Handshake, ALengthAboveTheBoundFailsBeforeAnythingIsRead) {
  Handshake listener(settings_for(Role::listener));
  ASSERT_TRUE(
      listener.feed(make_greeting({NetworkId(UniqueId::from("net")), Lane::control})).has_value());
  const std::array<std::uint8_t, 2> length{0x04, 0x00};
  const auto fed = listener.feed(length);
  ASSERT_FALSE(fed.has_value());
  EXPECT_TRUE(fed.error().is(Errc::handshake_failed));
}

TEST(Handshake, GarbageNeverCompletesIt) {
  Random random(7);
  for (int round = 0; round < 300; ++round) {
    Handshake listener(settings_for(Role::listener));
    bool is_over = false;
    if (round % 2 == 0) {
      is_over = !listener.feed(make_greeting({NetworkId(UniqueId::from("net")), Lane::control}));
    }
    while (!is_over && !listener.is_finished()) {
      std::vector<std::uint8_t> bytes(listener.bytes_wanted());
      for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.next());
      if (bytes.size() == 2) bytes = {0, static_cast<std::uint8_t>(random.below(256))};
      is_over = !listener.feed(bytes).has_value();
    }
    EXPECT_FALSE(listener.is_finished());
  }
}

TEST(Handshake, ASignatureIsGoodForOneHandshakeOnly) {
  // Somebody got hold of a node's static key and of credentials it once showed, but not of its
  // identity's key. The credentials of one handshake do not fit another.
  const HandshakeSettings honest = settings_for(Role::listener);
  const GreetingFields fields{honest.network, Lane::control};
  const Greeting greeting = make_greeting(fields);
  noise::HandshakeState::Settings noise;
  noise.prologue = make_prologue(fields);
  noise.static_keys = noise::KeyPair::generate();
  noise::HandshakeState spy(noise);
  Handshake listener(honest);
  ASSERT_TRUE(listener.feed(greeting).has_value());
  ASSERT_TRUE(listener.feed(std::array<std::uint8_t, 2>{0, 32}).has_value());
  ASSERT_TRUE(listener.feed(*spy.write_message({})).has_value());
  const std::vector<std::uint8_t> answer = listener.take_output();
  const auto credentials = spy.read_message(ByteView(answer).subspan(greeting_size + 2));
  ASSERT_TRUE(credentials.has_value());

  noise.side = noise::Side::responder;
  noise.static_keys = honest.static_keys;
  noise::HandshakeState thief(noise);
  Handshake victim(settings_for(Role::dialler));
  const std::vector<std::uint8_t> first = victim.take_output();
  ASSERT_TRUE(thief.read_message(ByteView(first).subspan(greeting_size + 2)).has_value());
  const auto second = thief.write_message(*credentials);
  ASSERT_TRUE(second.has_value());
  ASSERT_TRUE(victim.feed(greeting).has_value());
  const std::array<std::uint8_t, 2> length{static_cast<std::uint8_t>(second->size() >> 8U),
                                           static_cast<std::uint8_t>(second->size())};
  ASSERT_TRUE(victim.feed(length).has_value());
  const auto fed = victim.feed(*second);
  ASSERT_FALSE(fed.has_value());
  EXPECT_TRUE(fed.error().is(Errc::handshake_failed));
}

}  // namespace
}  // namespace tessera::net
