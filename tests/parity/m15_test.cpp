#include "busy_shelves.h"

namespace tessera::tests {
namespace {

TEST(Parity, M15_AThousandItemsWhileFiveThousandAreWritten) { catch_up_under_writes({1000, 5000}); }

}  // namespace
}  // namespace tessera::tests
