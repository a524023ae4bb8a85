#include "quiet_shelves.h"

namespace tessera::tests {
namespace {

TEST(Parity, M14_AMillionItems) {
  fetch_in_parts(snapshot_sync::Settings{}.part_bytes, {1'000'000, 100});
}

TEST(Parity, M14_AHundredThousandItemsInSmallParts) {
  fetch_in_parts(snapshot_sync::Settings::part_bytes_min, {100'000, 100});
}

}  // namespace
}  // namespace tessera::tests
