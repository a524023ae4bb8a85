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
  /// So long the first failure is made smaller; zero: not at all.
  std::chrono::seconds shrink{30};
  /// Where the smaller run is kept; empty: nowhere.
  std::string save;
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

/// A smaller run with the finding of `report`, as text, and written into `options.save`; empty if
/// there is nothing to make smaller.
[[nodiscard]] std::string describe_shrunk(const Schedule& schedule, const RunReport& report,
                                          const CorpusOptions& options);

}  // namespace tessera::sim
