// Encoding and decoding may happen on any thread at any time; ThreadSanitizer runs this.

#include "everything.h"

#include <gtest/gtest.h>

#include <thread>

namespace tessera::test {

/// cereal keeps the versions of all classes in one table for the process.
struct Numbered {
  int value = 0;
  bool operator==(const Numbered&) const = default;
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t) {
    archive(value);
  }
};

}  // namespace tessera::test

CEREAL_CLASS_VERSION(tessera::test::Numbered, 2)

namespace tessera::test {
namespace {

TEST(CodecThreads, EncodeAndDecodeAtTheSameTime) {
  const Bytes shared = encode(everything().varying);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&shared, thread] {
      for (int round = 0; round < 200; ++round) {
        const std::vector<Numbered> numbered{{thread}, {round}};
        EXPECT_EQ(decode<std::vector<Numbered>>(encode(numbered)), numbered);
        EXPECT_TRUE(decode<Varying>(shared).has_value());
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace tessera::test
