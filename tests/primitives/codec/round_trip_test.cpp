// Every supported type comes back as it was, and its encoding is the only one.

#include "everything.h"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <queue>
#include <stack>
#include <valarray>

namespace tessera::test {
namespace {

template <class T>
T round_trip(const T& value) {
  const Bytes encoded = encode(value);
  auto decoded = decode<T>(encoded);
  EXPECT_TRUE(decoded.has_value()) << decoded.error().message();
  EXPECT_EQ(encode(*decoded), encoded);
  return *std::move(decoded);
}

template <class T>
void expect_round_trip(const T& value) {
  // Not EXPECT_EQ: Debian's GoogleTest cannot print a std::u8string.
  EXPECT_TRUE(round_trip(value) == value);
}

TEST(CodecRoundTrip, EverythingComesBack) {
  expect_round_trip(everything());
  expect_round_trip(Everything{});
}

template <class T>
void expect_number_round_trip() {
  using Limits = std::numeric_limits<T>;
  for (const T value : {T{}, T{1}, Limits::lowest(), Limits::max()}) {
    expect_round_trip(value);
    expect_round_trip(std::vector<T>(5, value));
    expect_round_trip(std::array<T, 3>{value, T{}, value});
  }
}

template <class... T>
void expect_numbers_round_trip() {
  (expect_number_round_trip<T>(), ...);
}

TEST(CodecRoundTrip, NumbersOfEveryTypeComeBack) {
  expect_numbers_round_trip<char, signed char, unsigned char, wchar_t, char8_t, char16_t,
                            char32_t>();
  expect_numbers_round_trip<short, unsigned short, int, unsigned, long, unsigned long, long long,
                            unsigned long long>();
  expect_numbers_round_trip<float, double>();
}

template <class Text>
void expect_texts_round_trip() {
  for (const std::size_t size : {0U, 1U, 15U, 16U, 127U, 128U, 16'384U}) {
    expect_round_trip(Text(size, typename Text::value_type{'a'}));
  }
}

TEST(CodecRoundTrip, TextsOfEveryTypeAndLengthComeBack) {
  expect_texts_round_trip<std::string>();
  expect_texts_round_trip<std::wstring>();
  expect_texts_round_trip<std::u8string>();
  expect_texts_round_trip<std::u16string>();
  expect_texts_round_trip<std::u32string>();
}

TEST(CodecRoundTrip, NotANumberKeepsItsBits) {
  const double value = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(std::bit_cast<std::uint64_t>(round_trip(value)), std::bit_cast<std::uint64_t>(value));
}

TEST(CodecRoundTrip, ValarraysComeBack) {
  const std::valarray<std::int32_t> value{3, 1, 2};
  const auto back = round_trip(value);
  ASSERT_EQ(back.size(), value.size());
  EXPECT_TRUE((back == value).min());
}

TEST(CodecRoundTrip, QueuesAndStacksComeBack) {
  expect_round_trip(std::queue<int>({1, 2, 3}));
  expect_round_trip(std::stack<std::string>({"a", "b"}));
}

TEST(CodecRoundTrip, AtomicsComeBack) {
  const Bytes encoded = encode(std::atomic<std::uint32_t>(7));
  codec::ByteReader reader(encoded, DecodeLimits{});
  codec::InputArchive archive(reader);
  std::atomic<std::uint32_t> back;
  archive(back);
  EXPECT_EQ(back.load(), 7U);
}

TEST(CodecRoundTrip, BitsetsOfEverySizeComeBack) {
  expect_round_trip(std::bitset<0>{});
  expect_round_trip(std::bitset<1>{1});
  expect_round_trip(std::bitset<8>{0xa5});
  expect_round_trip(std::bitset<9>{0x1ff});
  expect_round_trip(~std::bitset<200>{});
}

TEST(CodecRoundTrip, TheUnitTypesTakeNoBytes) {
  EXPECT_TRUE(encode(std::monostate{}).empty());
  EXPECT_TRUE(decode<std::monostate>(Bytes{}).has_value());
  EXPECT_TRUE(encode(std::tuple<>{}).empty());
}

TEST(CodecRoundTrip, ComparatorsOfTheTypeDecideTheOrder) {
  expect_round_trip(std::set<int, std::greater<>>{1, 2, 3});
  expect_round_trip(std::map<std::string, int, std::greater<>>{{"a", 1}, {"b", 2}});
}

TEST(CodecRoundTrip, EqualHashedContainersHaveEqualBytesWhateverTheirHistory) {
  std::unordered_map<std::string, int> one;
  std::unordered_map<std::string, int> other;
  other.reserve(10'000);
  for (int key = 0; key < 1000; ++key) one[std::to_string(key)] = key;
  for (int key = 999; key >= 0; --key) other[std::to_string(key)] = key;
  EXPECT_EQ(encode(one), encode(other));
  expect_round_trip(one);
}

TEST(CodecRoundTrip, DecodedBytesShareTheMessage) {
  const Bytes message = encode(std::vector<Bytes>{Bytes::copy("one"), Bytes::copy("two")});
  const auto shared = decode<std::vector<Bytes>>(message);
  ASSERT_TRUE(shared.has_value());
  EXPECT_EQ(shared->at(1).text(), "two");
  EXPECT_GT(shared->at(1).data(), message.data());
  EXPECT_LT(shared->at(1).data(), message.data() + message.size());
}

TEST(CodecRoundTrip, BytesDecodedFromAViewOutliveIt) {
  Bytes kept;
  {
    const Bytes message = encode(Bytes::copy("kept"));
    const std::vector<std::uint8_t> buffer(message.view().begin(), message.view().end());
    kept = *decode<Bytes>(ByteView(buffer));
  }
  EXPECT_EQ(kept.text(), "kept");
}

TEST(CodecRoundTrip, AppendedEncodingsFollowWhatIsThere) {
  std::vector<std::uint8_t> out{9};
  ASSERT_TRUE(append_encoded(out, std::uint16_t{0x0102}).has_value());
  EXPECT_EQ(out, (std::vector<std::uint8_t>{9, 2, 1}));
}

}  // namespace
}  // namespace tessera::test
