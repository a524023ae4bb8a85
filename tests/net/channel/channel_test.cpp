#include <tessera/net/channel/channel_reader.h>
#include <tessera/net/channel/channel_writer.h>
#include <tessera/primitives/random.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace tessera::net {
namespace {

using Octets = std::vector<std::uint8_t>;
using Event = ChannelReader::Event;

RecordCipher cipher() {
  const std::array<std::uint8_t, 32> key{1, 2, 3};
  return RecordCipher(noise::CipherState(noise::CipherState::Key(key)));
}

Frame frame(std::uint8_t kind, std::uint32_t slot, std::size_t size) {
  Octets payload(size);
  for (std::size_t at = 0; at < size; ++at) payload[at] = static_cast<std::uint8_t>(at * 31 + kind);
  return Frame{kind, slot, Bytes(std::move(payload))};
}

bool same(const Frame& left, const Frame& right) {
  return left.kind == right.kind && left.slot == right.slot && left.payload == right.payload;
}

/// Feeds `wire` in pieces of at most `piece` bytes; collects events until the end or an error.
struct Reading {
  std::vector<Event> events;
  std::optional<Error> error;
};
struct Piece {
  std::size_t bytes = 4096;
};
Reading read(ChannelReader& reader, ByteView wire, Piece piece = {}) {
  Reading reading;
  while (!reading.error) {
    auto event = reader.next();
    if (!event) {
      reading.error = event.error();
    } else if (*event) {
      reading.events.push_back(std::move(**event));
      if (reading.events.back().signal == Signal::end) break;
    } else if (wire.empty()) {
      break;
    } else {
      const std::span<std::uint8_t> space = reader.space();
      const std::size_t count = std::min({space.size(), wire.size(), piece.bytes});
      std::memcpy(space.data(), wire.data(), count);
      reader.filled(count);
      wire = wire.subspan(count);
    }
  }
  return reading;
}

Octets write(const std::vector<Frame>& frames) {
  ChannelWriter writer(cipher());
  std::deque<Frame> queue(frames.begin(), frames.end());
  Octets wire;
  writer.frames(queue, std::numeric_limits<std::size_t>::max(), wire);
  return wire;
}

/// A record sealed as the other side would, whatever is in it.
Octets sealed_record(RecordCipher& sealer, Octets content) {
  content.resize(content.size() + RecordCipher::tag_size);
  sealer.seal(content);
  Octets record;
  record.reserve(record_length_size + content.size());
  record.push_back(static_cast<std::uint8_t>(content.size() >> 8U));
  record.push_back(static_cast<std::uint8_t>(content.size()));
  record.insert(record.end(), content.begin(), content.end());
  return record;
}

TEST(Channel, FramesOfAllSizesArriveInOrderHoweverTheyAreCut) {
  std::vector<Frame> sent;
  for (const std::size_t size :
       {0UL, 1UL, 8UL, 9UL, 100UL, 65509UL, 65510UL, 65511UL, 200000UL, 0UL, 3UL << 20U}) {
    sent.push_back(frame(static_cast<std::uint8_t>(sent.size()),
                         static_cast<std::uint32_t>(sent.size() * 0x01010101), size));
  }
  const Octets wire = write(sent);
  for (const std::size_t piece : {7UL, 1000UL, 65537UL, 1UL << 20U}) {
    ChannelReader reader(cipher(), {});
    const Reading reading = read(reader, wire, {piece});
    ASSERT_FALSE(reading.error) << reading.error->message();
    ASSERT_EQ(reading.events.size(), sent.size());
    for (std::size_t at = 0; at < sent.size(); ++at) {
      EXPECT_TRUE(same(reading.events[at].frame, sent[at])) << at;
    }
  }
}

TEST(Channel, ManySmallFramesShareRecordsAndBatchesAreBounded) {
  ChannelWriter writer(cipher());
  std::deque<Frame> queue;
  for (int count = 0; count < 10000; ++count) queue.push_back(frame(1, 2, 20));
  Octets wire;
  const std::size_t done = writer.frames(queue, 1000, wire);
  EXPECT_EQ(done % 29, 0U);
  EXPECT_LE(wire.size(), 1000U + record_length_size + record_sealed_max);
  EXPECT_GT(wire.size(), 60000U) << "one full record rather than many small ones";
}

TEST(Channel, SignalsStandBetweenTheRecordsOfALongFrame) {
  ChannelWriter writer(cipher());
  std::deque<Frame> queue{frame(1, 1, 200000)};
  Octets wire;
  EXPECT_EQ(writer.frames(queue, 1, wire), 0U);
  EXPECT_TRUE(writer.is_within_frame());
  writer.signal(Signal::ping, wire);
  EXPECT_EQ(writer.frames(queue, std::numeric_limits<std::size_t>::max(), wire), 200009U);
  writer.end(Goodbye::closing, wire);
  ChannelReader reader(cipher(), {});
  const Reading reading = read(reader, wire);
  ASSERT_FALSE(reading.error);
  ASSERT_EQ(reading.events.size(), 3U);
  EXPECT_EQ(reading.events[0].signal, Signal::ping);
  EXPECT_EQ(reading.events[1].signal, Signal::data);
  EXPECT_EQ(reading.events[2].signal, Signal::end);
}

TEST(Channel, AFrameAboveTheLimitIsRefusedAtItsHeader) {
  RecordCipher sealer = cipher();
  const Octets wire = sealed_record(sealer, {0, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0});
  ChannelReader reader(cipher(), {});
  const Reading reading = read(reader, wire);
  ASSERT_TRUE(reading.error.has_value());
  EXPECT_TRUE(reading.error->is(Errc::too_large));
}

TEST(Channel, AFrameAtTheLimitPassesAndOneByteMoreDoesNot) {
  for (const std::size_t size : {1000UL, 1001UL}) {
    ChannelReader reader(cipher(), {1000});
    const Reading reading = read(reader, write({frame(1, 1, size)}));
    EXPECT_EQ(reading.error.has_value(), size > 1000);
  }
}

TEST(Channel, RecordsThatAreNoneOfOursAreMalformed) {
  const std::vector<Octets> contents{
      {},         // no signal
      {6},        // an unknown signal
      {0},        // data without data
      {2, 1},     // a ping with content
      {5},        // an end without a goodbye
      {5, 5},     // an unknown goodbye
      {5, 0, 0},  // too long an end
  };
  for (const Octets& content : contents) {
    RecordCipher sealer = cipher();
    ChannelReader reader(cipher(), {});
    const Reading reading = read(reader, sealed_record(sealer, content));
    ASSERT_TRUE(reading.error.has_value());
    EXPECT_TRUE(reading.error->is(Errc::malformed));
  }
}

TEST(Channel, AnEndWithinAFrameIsMalformed) {
  RecordCipher sealer = cipher();
  Octets wire = sealed_record(sealer, {0, 0, 0, 0, 9, 1, 0, 0, 0, 0, 42});
  const Octets end = sealed_record(sealer, {5, 0});
  wire.insert(wire.end(), end.begin(), end.end());
  ChannelReader reader(cipher(), {});
  EXPECT_TRUE(read(reader, wire).error.has_value());
}

TEST(Channel, AnyMutationOfTheStreamYieldsAPrefixOfWhatWasSent) {
  std::vector<Frame> sent;
  for (std::uint8_t kind = 0; kind < 40; ++kind) sent.push_back(frame(kind, kind, kind * 7U));
  ChannelWriter writer(cipher());
  Octets wire;
  for (const Frame& one : sent) {
    std::deque<Frame> queue{one};
    writer.frames(queue, 1, wire);
  }
  Random random(11);
  for (int round = 0; round < 3000; ++round) {
    Octets bad = wire;
    const std::size_t at = random.below(bad.size());
    switch (random.below(5)) {
      case 0:
        bad[at] = static_cast<std::uint8_t>(bad[at] ^ (1U << random.below(8)));
        break;
      case 1:
        bad.resize(at);
        break;
      case 2:
        bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      case 3:
        bad.insert(bad.begin() + static_cast<std::ptrdiff_t>(at), 1 + random.below(50), 0x5a);
        break;
      default:  // Replay of what has been sent already.
        bad.insert(bad.begin() + static_cast<std::ptrdiff_t>(at), bad.begin(),
                   bad.begin() + static_cast<std::ptrdiff_t>(random.below(bad.size())));
    }
    ChannelReader reader(cipher(), {});
    const Reading reading = read(reader, bad, {1 + random.below(300)});
    ASSERT_LE(reading.events.size(), sent.size());
    for (std::size_t index = 0; index < reading.events.size(); ++index) {
      ASSERT_TRUE(same(reading.events[index].frame, sent[index]));
    }
  }
}

TEST(Channel, AuthenticButRandomContentNeverOverruns) {
  Random random(5);
  for (int round = 0; round < 500; ++round) {
    RecordCipher sealer = cipher();
    Octets wire;
    for (int records = 0; records < 20; ++records) {
      Octets content(1 + random.below(60));
      for (std::uint8_t& byte : content) byte = static_cast<std::uint8_t>(random.below(4));
      content[0] = static_cast<std::uint8_t>(random.below(7));
      const Octets record = sealed_record(sealer, content);
      wire.insert(wire.end(), record.begin(), record.end());
    }
    ChannelReader reader(cipher(), {100});
    for (const Event& event : read(reader, wire).events) {
      EXPECT_LE(event.frame.payload.size(), 100U);
    }
  }
}

RecordCipher no_cipher() {
  const std::array<std::uint8_t, 32> key{1, 2, 3};
  return RecordCipher(noise::CipherState(noise::CipherState::Key(key)), RecordProtection::none);
}

TEST(RecordCipher, WithoutProtectionLeavesTheContentAndZeroesForTheTag) {
  RecordCipher writer = no_cipher();
  Octets buffer(100 + RecordCipher::tag_size, 7);
  writer.seal(buffer);
  EXPECT_EQ(std::count(buffer.begin(), buffer.begin() + 100, 7), 100);
  EXPECT_EQ(std::count(buffer.begin() + 100, buffer.end(), 0), 16);
  RecordCipher reader = no_cipher();
  const auto content = reader.open(buffer);
  ASSERT_TRUE(content.has_value());
  EXPECT_EQ(content->size(), 100U);
}

TEST(RecordCipher, WithAndWithoutProtectionDoNotReadEachOther) {
  RecordCipher sealer = cipher();
  RecordCipher writer = no_cipher();
  Octets sealed(100, 7);
  sealer.seal(sealed);
  Octets plain(100, 7);
  writer.seal(plain);
  for (auto* each : {&sealed, &plain}) {
    RecordCipher reader = each == &sealed ? no_cipher() : cipher();
    const auto content = reader.open(*each);
    ASSERT_FALSE(content.has_value());
    EXPECT_TRUE(content.error().is(Errc::malformed));
  }
  Octets tagless(15);
  EXPECT_FALSE(no_cipher().open(tagless).has_value());
}

TEST(Channel, WithoutProtectionCarriesTheSameInAsManyBytes) {
  std::deque<Frame> sealed{frame(1, 2, 200'000)};
  std::deque<Frame> plain = sealed;
  const Frame sent = sealed.front();
  const std::size_t all = std::numeric_limits<std::size_t>::max();
  Octets sealed_wire;
  ChannelWriter(cipher()).frames(sealed, all, sealed_wire);
  Octets wire;
  ChannelWriter(no_cipher()).frames(plain, all, wire);
  EXPECT_EQ(wire.size(), sealed_wire.size());
  ChannelReader reader(no_cipher(), {});
  const Reading reading = read(reader, wire);
  ASSERT_EQ(reading.events.size(), 1U);
  EXPECT_TRUE(same(reading.events.front().frame, sent));
}

TEST(RecordCipher, ChangesItsKeyEvery2To20RecordsOnBothSidesAlike) {
  RecordCipher sealer = cipher();
  RecordCipher opener = cipher();
  noise::CipherState never_rekeyed(noise::CipherState::Key(std::array<std::uint8_t, 32>{1, 2, 3}));
  std::array<std::uint8_t, 17> buffer{};
  for (std::uint64_t record = 0; record <= RecordCipher::records_per_key; ++record) {
    buffer.fill(3);
    sealer.seal(buffer);
    if (record >= RecordCipher::records_per_key - 1) {
      auto copy = buffer;
      const bool opens_under_first_key = never_rekeyed.decrypt({}, copy).has_value();
      ASSERT_EQ(opens_under_first_key, record < RecordCipher::records_per_key);
    } else {
      std::array<std::uint8_t, 16> skipped{};
      ASSERT_TRUE(never_rekeyed.encrypt({}, skipped));
    }
    ASSERT_TRUE(opener.open(buffer).has_value()) << record;
  }
}

}  // namespace
}  // namespace tessera::net
