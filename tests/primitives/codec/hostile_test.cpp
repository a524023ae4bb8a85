// Messages that somebody made to do harm.

#include "everything.h"
#include <tessera/primitives/random.h>

#include <gtest/gtest.h>

#include <pthread.h>

namespace tessera::test {
namespace {

using Message = std::vector<std::uint8_t>;

Message message_of(const Everything& value) {
  const Bytes encoded = encode(value);
  return {encoded.view().begin(), encoded.view().end()};
}

/// Decodes, and if that succeeds, proves that the message was the one encoding of its value.
template <class T>
bool accepts(const Message& message) {
  const auto decoded = decode<T>(ByteView(message));
  if (!decoded) {
    EXPECT_TRUE(decoded.error().is(Errc::malformed));
    return false;
  }
  EXPECT_EQ(encode(*decoded), Bytes::copy(ByteView(message)));
  return true;
}

TEST(CodecHostile, AMessageCutAnywhereIsRefused) {
  const Message whole = message_of(everything());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Message cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(accepts<Everything>(cut)) << "cut to " << size << " bytes";
  }
  EXPECT_TRUE(accepts<Everything>(whole));
}

TEST(CodecHostile, AMessageWithSomethingBehindItIsRefused) {
  Message longer = message_of(everything());
  longer.push_back(0);
  EXPECT_FALSE(accepts<Everything>(longer));
}

TEST(CodecHostile, EveryChangedByteIsRefusedOrCanonical) {
  const Message whole = message_of(everything());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xff, 0x02}) {
      Message changed = whole;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ flip);
      (void)accepts<Everything>(changed);
    }
  }
}

TEST(CodecHostile, RandomMutationsAreRefusedOrCanonical) {
  Random random(20'240'601);
  const Message whole = message_of(everything());
  int accepted = 0;
  for (int run = 0; run < 20'000; ++run) {
    Message changed = whole;
    for (std::uint64_t changes = 1 + random.below(4); changes > 0; --changes) {
      const auto at = static_cast<std::ptrdiff_t>(random.below(changed.size()));
      switch (random.below(3)) {
        case 0:
          changed[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(random.next());
          break;
        case 1:
          changed.erase(changed.begin() + at);
          break;
        default:
          changed.insert(changed.begin() + at, static_cast<std::uint8_t>(random.next()));
      }
    }
    if (accepts<Everything>(changed)) ++accepted;
  }
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, 20'000);
}

TEST(CodecHostile, RandomBytesAreRefusedOrCanonical) {
  Random random(7);
  for (int run = 0; run < 5'000; ++run) {
    Message noise(random.below(64));
    for (auto& byte : noise) byte = static_cast<std::uint8_t>(random.below(4));
    (void)accepts<Varying>(noise);
    (void)accepts<Node>(noise);
    (void)accepts<std::vector<std::optional<std::map<bool, std::string>>>>(noise);
  }
}

void* decode_deep_nesting(void*) {
  for (const int byte : {0x01, 0xff, 0x7f, 0x80}) {
    EXPECT_FALSE(accepts<Node>(Message(200'000, static_cast<std::uint8_t>(byte))));
    EXPECT_FALSE(accepts<Everything>(Message(200'000, static_cast<std::uint8_t>(byte))));
  }
  return nullptr;
}

TEST(CodecHostile, DeepNestingEndsBeforeASmallStackDoes) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, std::size_t{512} << 10U), 0);
  pthread_t thread{};
  ASSERT_EQ(pthread_create(&thread, &attributes, decode_deep_nesting, nullptr), 0);
  EXPECT_EQ(pthread_join(thread, nullptr), 0);
  pthread_attr_destroy(&attributes);
}

TEST(CodecHostile, AReaderThatFailedHasNothingMoreToRead) {
  const Message message{7, 1, 1, 1};
  codec::ByteReader reader(ByteView(message), DecodeLimits{});
  EXPECT_THROW((void)reader.boolean(), codec::Failure);
  EXPECT_EQ(reader.remaining(), 0U);
  EXPECT_THROW((void)reader.boolean(), codec::Failure);
  EXPECT_EQ(reader.finish().error().message(), "byte 1: expected 0 or 1, found 7");
}

TEST(CodecHostile, CountsThatOverflowAreRefused) {
  const Message huge{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01};
  EXPECT_FALSE(accepts<std::string>(huge));
  EXPECT_FALSE(accepts<std::u32string>(huge));
  EXPECT_FALSE(accepts<std::vector<std::uint64_t>>(huge));
  EXPECT_FALSE(accepts<std::vector<std::string>>(huge));
  EXPECT_FALSE(accepts<std::vector<std::monostate>>(huge));
  EXPECT_FALSE(accepts<std::list<std::monostate>>(huge));
  EXPECT_FALSE((accepts<std::unordered_map<std::uint8_t, std::uint8_t>>(huge)));
  EXPECT_FALSE(accepts<Bytes>(huge));
}

}  // namespace
}  // namespace tessera::test
