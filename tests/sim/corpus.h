#pragma once

#include <tessera/conformance/runner.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// Many seeds in a row, and what they add up to.
namespace tessera::sim {

struct CorpusOptions {
  std::uint64_t first = 1;
  std::uint64_t seeds = 100;
  std::vector<std::size_t> nodes{3, 5};
  /// Stops beginning new seeds after this long; zero: never.
  std::chrono::seconds time_box{0};
  bool print_progress = false;
};

struct CorpusReport {
  std::uint64_t runs = 0;  ///< each made twice
  std::uint64_t failed = 0;
  std::uint64_t steps = 0;
  std::uint64_t commands = 0;
  std::uint64_t hash = 0;  ///< of all runs
  std::chrono::nanoseconds time{0};
  Marks marks;
  std::vector<std::string> failures;  ///< with replay line and the end of the trace; the first few
};

[[nodiscard]] CorpusReport run_corpus(const CorpusOptions& options);

}  // namespace tessera::sim
