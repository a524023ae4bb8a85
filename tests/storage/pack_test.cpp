#include "store_words.h"
#include <tessera/storage/rocks/internal/pack.h>

namespace tessera::storage::rocks {
namespace {

using namespace testing;

const PackOwner owner{group_named("group"), genesis_named("genesis")};

std::vector<RawEntry> mixed_entries() {
  std::vector<RawEntry> entries;
  std::uint64_t index = 40;
  for (const std::uint64_t term : {3, 3, 4, 7, 7, 7}) {
    entries.push_back(command(at(term, index), std::string(index - 40, 'x')));
    entries.back().kind = static_cast<EntryKind>(index % 5);
    ++index;
  }
  entries[2].time = LogTime(-5);
  return entries;
}

TEST(Pack, DecodesToWhatWasEncoded) {
  const Bytes stored(encode_pack(owner, mixed_entries()));
  const auto decoded = decode_pack(owner, Index(40), stored);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message();
  EXPECT_EQ(*decoded, mixed_entries());
}

TEST(Pack, EveryFlippedBitIsDamage) {
  const auto stored = encode_pack(owner, mixed_entries());
  for (std::size_t bit = 0; bit < stored.size() * 8; ++bit) {
    auto flipped = stored;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto decoded = decode_pack(owner, Index(40), Bytes(std::move(flipped)));
    ASSERT_FALSE(decoded.has_value()) << "bit " << bit;
    EXPECT_TRUE(decoded.error().is(Errc::damaged));
  }
}

TEST(Pack, EveryTruncationIsDamage) {
  const Bytes stored(encode_pack(owner, mixed_entries()));
  for (std::size_t size = 0; size < stored.size(); ++size) {
    EXPECT_FALSE(decode_pack(owner, Index(40), stored.slice({0, size})).has_value());
  }
}

TEST(Pack, OneOfAnotherPlaceIsDamageThatNamesBoth) {
  const Bytes stored(encode_pack(owner, mixed_entries()));
  const auto elsewhere = decode_pack(owner, Index(41), stored);
  ASSERT_FALSE(elsewhere.has_value());
  EXPECT_TRUE(elsewhere.error().is(Errc::damaged));
  EXPECT_NE(elsewhere.error().message().find("index 40"), std::string::npos);
  EXPECT_NE(elsewhere.error().message().find("index 41"), std::string::npos);
  const PackOwner other{group_named("other"), owner.genesis};
  EXPECT_TRUE(decode_pack(other, Index(40), stored).error().is(Errc::damaged));
}

TEST(Pack, OneOfAnotherGenesisIsForeign) {
  const Bytes stored(encode_pack(owner, mixed_entries()));
  const PackOwner refounded{owner.group, genesis_named("other")};
  EXPECT_TRUE(decode_pack(refounded, Index(40), stored).error().is(Errc::foreign));
}

TEST(Pack, TheTermIsElidedAndEntriesCostFewBytes) {
  const auto entries = commands({5, 1000, 1499});
  std::size_t data = 0;
  for (const RawEntry& entry : entries) {
    data += entry.data.size();
  }
  const auto stored = encode_pack(owner, entries);
  EXPECT_LT(stored.size(), data + 100 + 4 * entries.size());
}

TEST(Pack, IsFullAt64KiBButHoldsAnyOneEntry) {
  EXPECT_EQ(pack_length(commands({1, 1, 100, 1000})), (64u << 10) / (1000 + 3 + 32));
  EXPECT_EQ(pack_length(commands({1, 1, 2, 1 << 20})), 1u);
}

}  // namespace
}  // namespace tessera::storage::rocks
