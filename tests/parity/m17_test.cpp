#include "crowd.h"

namespace tessera::tests {
namespace {

TEST(Parity, M17_FiveJoinersAtOnceShareOneAnchor) { take_in_at_once(5); }

}  // namespace
}  // namespace tessera::tests
