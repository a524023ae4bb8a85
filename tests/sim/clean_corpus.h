#pragma once

#include <tessera/conformance/corpus.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace tessera::sim {

/// Runs the seeds from 1 on, each twice, and expects that no invariant spoke and that both runs of
/// every seed were the same.
inline CorpusReport clean_corpus(std::uint64_t seeds) {
  CorpusOptions options;
  options.seeds = seeds;
  CorpusReport report = run_corpus(options);
  for (const std::string& failure : report.failures) ADD_FAILURE() << failure;
  EXPECT_EQ(report.failed, 0U);
  EXPECT_EQ(report.runs, 2 * seeds);
  return report;
}

}  // namespace tessera::sim
