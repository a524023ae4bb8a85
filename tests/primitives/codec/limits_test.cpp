// The bounds, and that encoding refuses what decoding would.

#include "everything.h"

#include <gtest/gtest.h>

namespace tessera::test {
namespace {

Node nested(std::size_t levels) {
  Node node;
  for (std::size_t level = 1; level < levels; ++level) {
    Node outer;
    outer.children.push_back(std::move(node));
    node = std::move(outer);
  }
  return node;
}

/// Takes much memory and, when empty, a single byte of input.
using Sparse = std::vector<std::optional<std::array<std::uint64_t, 1000>>>;

TEST(CodecLimits, TheMemoryForAMessageGrowsWithItAndEnds) {
  const DecodeLimits limits;
  EXPECT_EQ(limits.allocation_max(0), std::size_t{64} << 10U);
  EXPECT_EQ(limits.allocation_max(1000), 256'000U + (std::size_t{64} << 10U));
  EXPECT_EQ(limits.allocation_max(std::size_t{1} << 30U),
            (std::size_t{1} << 30U) + (std::size_t{256} << 20U));
  EXPECT_EQ(limits.allocation_max(static_cast<std::size_t>(-1)), static_cast<std::size_t>(-1));
}

TEST(CodecLimits, ANodeAndItsContainerAreTwoLevels) {
  EXPECT_TRUE(try_encode(nested(64)).has_value());
  const auto deeper = try_encode(nested(65));
  ASSERT_FALSE(deeper.has_value());
  EXPECT_TRUE(deeper.error().is(Errc::too_large));
}

TEST(CodecLimits, WhatEncodesDecodes) {
  const auto encoded = try_encode(nested(64));
  ASSERT_TRUE(encoded.has_value());
  EXPECT_TRUE(decode<Node>(*encoded).has_value());
  for (std::size_t size = 1; size < 64; ++size) {
    const auto sparse = try_encode(Sparse(size));
    if (sparse) {
      EXPECT_TRUE(decode<Sparse>(*sparse).has_value());
    } else {
      EXPECT_TRUE(sparse.error().is(Errc::too_large)) << sparse.error().message();
    }
  }
}

TEST(CodecLimits, AValueTooSparseToDecodeIsNotEncoded) {
  EXPECT_TRUE(try_encode(Sparse(8)).has_value());
  EXPECT_FALSE(try_encode(Sparse(50)).has_value());
}

TEST(CodecLimits, ADecoderMayBeStricter) {
  const Bytes encoded = encode(std::vector<std::string>(100));
  DecodeLimits strict;
  strict.allocation_base = 0;
  strict.allocation_factor = 8;
  EXPECT_FALSE(decode<std::vector<std::string>>(encoded, strict).has_value());
  DecodeLimits shallow;
  shallow.nesting_max = 1;
  EXPECT_FALSE(decode<std::vector<std::string>>(encoded, shallow).has_value());
  EXPECT_TRUE(decode<std::vector<std::string>>(encoded).has_value());
}

TEST(CodecLimits, ElementsWithoutBytesAreCountedToo) {
  const auto few = try_encode(std::vector<std::monostate>(1000));
  ASSERT_TRUE(few.has_value());
  EXPECT_TRUE(decode<std::vector<std::monostate>>(*few).has_value());
  EXPECT_FALSE(try_encode(std::vector<std::monostate>(1'000'000)).has_value());
}

}  // namespace
}  // namespace tessera::test
