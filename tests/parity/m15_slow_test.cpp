#include "busy_shelves.h"

namespace tessera::tests {
namespace {

TEST(Parity, M15_AHundredThousandItemsWhileAsManyAreWritten) {
  catch_up_under_writes({100'000, 100'000});
}

}  // namespace
}  // namespace tessera::tests
