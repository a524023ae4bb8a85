#include <tessera/groups/shell/internal/frame_kind.h>
#include <tessera/groups/shell/internal/pieces.h>
#include <tessera/primitives/codec.h>

#include <gtest/gtest.h>

#include <algorithm>

namespace tessera::shell {
namespace {

Bytes message_of(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::uint8_t next = 0;
  std::generate(bytes.begin(), bytes.end(), [&next] { return next++; });
  return Bytes(std::move(bytes));
}

TEST(Pieces, WhatIsCutIsJoined) {
  const Bytes message = message_of(2 * piece_bytes_max + 7);
  const auto pieces = cut(message);
  ASSERT_EQ(pieces.size(), 3U);
  PieceJoiner joiner;
  for (int round = 0; round < 2; ++round) {
    for (std::size_t number = 0; number < pieces.size(); ++number) {
      const auto joined = joiner.take(pieces[number]);
      ASSERT_TRUE(joined.has_value()) << joined.error().message();
      ASSERT_EQ(joined->has_value(), number + 1 == pieces.size());
      if (*joined) {
        EXPECT_EQ(**joined, message);
      }
    }
  }
}

TEST(Pieces, AGapDropsTheMessageAndTheNextIsWhole) {
  const Bytes message = message_of(piece_bytes_max + 1);
  const auto pieces = cut(message);
  PieceJoiner joiner;
  ASSERT_TRUE(joiner.take(pieces[0]).has_value());
  const auto restarted = joiner.take(pieces[0]);
  ASSERT_TRUE(restarted.has_value());
  EXPECT_FALSE(restarted->has_value());
  const auto joined = joiner.take(pieces[1]);
  ASSERT_TRUE(joined.has_value());
  EXPECT_TRUE(joined->has_value());
  const auto stray = joiner.take(pieces[1]);
  ASSERT_TRUE(stray.has_value());
  EXPECT_FALSE(stray->has_value());
}

TEST(Pieces, APieceThatIsMissingIsNotMadeUpForByALaterOne) {
  const Bytes message = message_of(2 * piece_bytes_max + 7);
  const auto pieces = cut(message);
  PieceJoiner joiner;
  for (const std::size_t number : {0U, 2U, 1U}) {
    const auto joined = joiner.take(pieces[number]);
    ASSERT_TRUE(joined.has_value());
    EXPECT_FALSE(joined->has_value()) << "as long as the message, and not the message";
  }
}

TEST(Pieces, APieceOutsideItsMessageIsMalformed) {
  PieceJoiner joiner;
  EXPECT_FALSE(joiner.take(encode(Piece{0, 0xffffffff, message_of(10)})).has_value());
  EXPECT_FALSE(joiner.take(encode(Piece{5, 10, message_of(6)})).has_value());
  EXPECT_FALSE(joiner.take(encode(Piece{0, 0, Bytes()})).has_value());
  EXPECT_FALSE(joiner.take(Bytes::copy("no piece")).has_value());
}

}  // namespace
}  // namespace tessera::shell
