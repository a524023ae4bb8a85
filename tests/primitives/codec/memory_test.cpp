// Measures what decoding allocates.

#include "counting_new.h"
#include "everything.h"

#include <gtest/gtest.h>

namespace tessera::test {
namespace {

using Message = std::vector<std::uint8_t>;

/// Error messages, and what moving the result takes.
constexpr std::size_t slack = 8192;

/// Decodes as T and expects that all allocations together, freed or not, stay within the bound.
template <class T>
void expect_bounded(const Message& message) {
  const std::size_t before = bytes_allocated();
  { const auto decoded = decode<T>(ByteView(message)); }
  EXPECT_LE(bytes_allocated() - before, DecodeLimits{}.allocation_max(message.size()) + slack);
}

/// `whole` with the byte at `at` replaced by `number` as a length.
Message forged(const Message& whole, std::size_t at, std::uint64_t number) {
  Message length;
  codec::ByteWriter writer(length);
  writer.varint(number);
  Message message(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(at));
  message.insert(message.end(), length.begin(), length.end());
  message.insert(message.end(), whole.begin() + static_cast<std::ptrdiff_t>(at) + 1, whole.end());
  return message;
}

TEST(CodecMemory, AForgedLengthAnywhereStaysWithinTheBound) {
  const Bytes encoded = encode(everything());
  const Message whole(encoded.view().begin(), encoded.view().end());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const std::uint64_t number :
         {std::uint64_t{100}, std::uint64_t{1} << 12U, std::uint64_t{1} << 20U,
          std::uint64_t{1} << 32U, std::uint64_t{1} << 61U, ~std::uint64_t{0}}) {
      expect_bounded<Everything>(forged(whole, at, number));
    }
  }
}

template <class T>
void expect_bounded_when_hostile() {
  for (const std::size_t size : {1U, 10U, 1000U, 20'000U}) {
    for (const int byte : {0x00, 0x01, 0x02, 0x7f}) {
      const Message body(size, static_cast<std::uint8_t>(byte));
      expect_bounded<T>(body);
      for (const std::uint64_t number :
           {std::uint64_t{size - 1}, std::uint64_t{size / 8}, std::uint64_t{size} * 16,
            std::uint64_t{1} << 24U, std::uint64_t{1} << 40U, ~std::uint64_t{0}}) {
        expect_bounded<T>(forged(body, 0, number));
      }
    }
  }
}

template <class... T>
void expect_all_bounded_when_hostile() {
  (expect_bounded_when_hostile<T>(), ...);
}

TEST(CodecMemory, HostileSequencesStayWithinTheBound) {
  expect_all_bounded_when_hostile<
      std::string, std::u32string, std::vector<std::uint64_t>, std::vector<std::string>,
      std::vector<std::vector<std::vector<bool>>>, std::vector<std::monostate>,
      std::vector<std::array<std::uint64_t, 500>>, std::vector<Bytes>>();
}

TEST(CodecMemory, HostileBlocksAndNodesStayWithinTheBound) {
  expect_all_bounded_when_hostile<std::vector<std::deque<std::uint8_t>>, std::deque<std::uint8_t>,
                                  std::deque<std::string>, std::deque<std::array<char, 300>>,
                                  std::list<std::uint8_t>, std::forward_list<std::monostate>>();
}

TEST(CodecMemory, HostileSetsAndMapsStayWithinTheBound) {
  expect_all_bounded_when_hostile<std::map<std::uint8_t, std::string>, std::multiset<std::uint8_t>,
                                  std::multiset<std::monostate>,
                                  std::unordered_multiset<std::uint8_t>,
                                  std::unordered_map<std::uint8_t, std::string>,
                                  std::unordered_multimap<std::string, std::string>>();
}

TEST(CodecMemory, HostileClassesStayWithinTheBound) {
  expect_all_bounded_when_hostile<Node, Varying>();
}

TEST(CodecMemory, EightBytesCannotAskForGigabytes) {
  const Message message{0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0};
  const std::size_t before = bytes_allocated();
  EXPECT_FALSE(decode<std::vector<std::uint64_t>>(ByteView(message)).has_value());
  EXPECT_LT(bytes_allocated() - before, 4096U);
}

}  // namespace
}  // namespace tessera::test
