#include "catch_up.h"

/// Log-replay catch-up, very large.
namespace tessera::tests {
namespace {

TEST(Parity, M13_AMillionEntries) { catch_up_on(1'000'000, 1U << 20U); }

}  // namespace
}  // namespace tessera::tests
