#include <tessera/primitives/bytes.h>

#include <gtest/gtest.h>

namespace tessera::test {
namespace {

TEST(Bytes, JoinedRunsStandOneBehindTheOther) {
  EXPECT_EQ(Bytes::joined(as_bytes("ab"), as_bytes("cde")).text(), "abcde");
  EXPECT_EQ(Bytes::joined({}, as_bytes("cde")).text(), "cde");
  EXPECT_EQ(Bytes::joined(as_bytes("ab"), {}).text(), "ab");
  EXPECT_TRUE(Bytes::joined({}, {}).empty());
}

TEST(Bytes, AreEmptyByDefault) {
  const Bytes bytes;
  EXPECT_TRUE(bytes.empty());
  EXPECT_EQ(bytes.size(), 0U);
  EXPECT_EQ(bytes, Bytes(std::vector<std::uint8_t>{}));
  EXPECT_EQ(bytes, Bytes(std::string()));
}

TEST(Bytes, TakeOverAVectorWithoutCopyingIt) {
  std::vector<std::uint8_t> vector{1, 2, 3};
  const std::uint8_t* const storage = vector.data();
  const Bytes bytes(std::move(vector));
  EXPECT_EQ(bytes.data(), storage);
  EXPECT_EQ(bytes.size(), 3U);
}

TEST(Bytes, TakeOverAStringWhetherShortOrLong) {
  for (const std::size_t size : {1U, 15U, 16U, 1000U}) {
    const std::string text(size, 'x');
    EXPECT_EQ(Bytes(std::string(text)).text(), text);
  }
}

TEST(Bytes, ACopySharesTheStorage) {
  const Bytes bytes = Bytes::copy("shared");
  const Bytes copy = bytes;
  EXPECT_EQ(copy.data(), bytes.data());
}

TEST(Bytes, WhatWasMovedFromIsEmpty) {
  Bytes bytes = Bytes::copy("moved");
  Bytes target = Bytes::copy("old");
  target = std::move(bytes);
  EXPECT_EQ(target.text(), "moved");
  EXPECT_TRUE(bytes.empty());
  const Bytes last(std::move(target));
  EXPECT_EQ(last.text(), "moved");
  EXPECT_TRUE(target.empty());
}

TEST(Bytes, ASliceOutlivesWhatItWasCutFrom) {
  Bytes slice;
  {
    const Bytes whole = Bytes::copy("a whole text");
    slice = whole.slice({2, 5});
    EXPECT_EQ(slice.data(), whole.data() + 2);
  }
  EXPECT_EQ(slice.text(), "whole");
}

TEST(Bytes, ASliceIsClampedToWhatThereIs) {
  const Bytes bytes = Bytes::copy("0123456789");
  EXPECT_EQ(bytes.slice({}).text(), "0123456789");
  EXPECT_EQ(bytes.slice({8}).text(), "89");
  EXPECT_EQ(bytes.slice({8, 100}).text(), "89");
  EXPECT_TRUE(bytes.slice({10, 1}).empty());
  EXPECT_TRUE(bytes.slice({static_cast<std::size_t>(-1), 1}).empty());
  EXPECT_TRUE(bytes.slice({3, 0}).empty());
  EXPECT_TRUE(Bytes().slice({1, 1}).empty());
}

TEST(Bytes, AreComparedByContents) {
  EXPECT_EQ(Bytes::copy("same"), Bytes(std::string("same")));
  EXPECT_NE(Bytes::copy("same"), Bytes::copy("sama"));
  EXPECT_LT(Bytes::copy("a"), Bytes::copy("ab"));
  EXPECT_LT(Bytes::copy("\x7f"), Bytes::copy("\x80"));  // as unsigned bytes
}

}  // namespace
}  // namespace tessera::test
