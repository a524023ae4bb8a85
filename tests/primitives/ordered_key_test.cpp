#include <tessera/primitives/ordered_key.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace tessera {
namespace {

template <class K>
void sorts_and_comes_back(const std::vector<K>& ascending) {
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    const std::string bytes = ordered_key(ascending[i]);
    if (i > 0) {
      EXPECT_LT(ordered_key(ascending[i - 1]), bytes) << i;
    }
    const auto back = key_from_ordered<K>(bytes);
    ASSERT_TRUE(back.has_value()) << back.error().message();
    EXPECT_EQ(*back, ascending[i]);
  }
}

TEST(OrderedKey, StringsKeepTheirOrder) {
  sorts_and_comes_back<std::string>({"", std::string(1, '\0'), "a", "aa", "b", "\xff"});
}

TEST(OrderedKey, IntegersKeepTheirOrder) {
  sorts_and_comes_back<std::uint8_t>({0, 1, 127, 128, 255});
  sorts_and_comes_back<std::int8_t>({-128, -1, 0, 1, 127});
  sorts_and_comes_back<std::uint32_t>({0, 255, 256, 70'000, 0xffffffffU});
  sorts_and_comes_back<std::int64_t>({std::numeric_limits<std::int64_t>::min(), -256, -1, 0, 1, 300,
                                      std::numeric_limits<std::int64_t>::max()});
}

TEST(OrderedKey, OtherKeysComeBack) {
  using Key = std::pair<std::string, std::uint16_t>;
  const auto back = key_from_ordered<Key>(ordered_key(Key{"key", 7}));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(*back, (Key{"key", 7}));
}

TEST(OrderedKey, BytesThatAreNoKeyAreRefused) {
  EXPECT_TRUE(key_from_ordered<std::uint32_t>("abc").error().is(Errc::malformed));
}

}  // namespace
}  // namespace tessera
