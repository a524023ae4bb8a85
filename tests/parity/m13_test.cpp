#include "catch_up.h"

/// Log-replay catch-up, large. A million entries: m13_slow_test.cpp.
namespace tessera::tests {
namespace {

TEST(Parity, M13_TwoHundredEntriesInChunksOfSeveralSizes) {
  for (const std::size_t chunk : {1U << 10U, 1U << 14U, 1U << 20U}) catch_up_on(200, chunk);
}

TEST(Parity, M13_TwentyThousandEntriesInSmallChunks) { catch_up_on(20'000, 1U << 14U); }

TEST(Parity, M13_TwentyThousandEntriesInLargeChunks) { catch_up_on(20'000, 1U << 20U); }

}  // namespace
}  // namespace tessera::tests
