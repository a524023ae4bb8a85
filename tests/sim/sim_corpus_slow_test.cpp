#include "clean_corpus.h"

namespace tessera::sim {
namespace {

/// Enough for every mark to be reached; scripts/sim runs as many as one likes.
TEST(Corpus, EverySeedIsCleanAndReplaysAndTogetherTheySeeEverything) {
  const CorpusReport report = clean_corpus(100);
  for (const Mark mark : missing_marks(report.marks)) {
    ADD_FAILURE() << "never happened: " << name_of(mark);
  }
}

}  // namespace
}  // namespace tessera::sim
