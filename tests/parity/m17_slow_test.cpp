#include "crowd.h"

namespace tessera::tests {
namespace {

TEST(Parity, M17_FiftyJoinersAtOnceShareOneAnchor) { take_in_at_once(50); }

}  // namespace
}  // namespace tessera::tests
