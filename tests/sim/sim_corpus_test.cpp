#include <tessera/conformance/corpus.h>

#include <gtest/gtest.h>

namespace tessera::sim {
namespace {

/// Small enough for every run of the tests; scripts/sim runs as many as one likes.
constexpr std::uint64_t corpus_seeds = 100;

TEST(Corpus, EverySeedIsCleanAndReplaysAndTogetherTheySeeEverything) {
  CorpusOptions options;
  options.seeds = corpus_seeds;
  const CorpusReport report = run_corpus(options);
  for (const std::string& failure : report.failures) ADD_FAILURE() << failure;
  EXPECT_EQ(report.failed, 0U);
  EXPECT_EQ(report.runs, 2 * corpus_seeds);
  for (const Mark mark : missing_marks(report.marks)) {
    ADD_FAILURE() << "never happened: " << name_of(mark);
  }
}

}  // namespace
}  // namespace tessera::sim
