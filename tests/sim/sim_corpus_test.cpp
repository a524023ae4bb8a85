#include "clean_corpus.h"

namespace tessera::sim {
namespace {

/// So few that a build with sanitizers, ten times slower, can run them too.
TEST(Corpus, AFewSeedsAreCleanAndReplay) { clean_corpus(8); }

}  // namespace
}  // namespace tessera::sim
