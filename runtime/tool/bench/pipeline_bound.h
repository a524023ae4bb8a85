#pragma once

#include <tessera/net/channel/record_protection.h>
#include <tessera/primitives/result.h>
#include <tessera/runtime/tool/bench/strategies.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// How fast a transfer could be if nothing were lost between its stages: each is measured alone,
/// with the library's own parts, on as many bytes as are transferred, up to a bound.
namespace tessera::tool::bench {

struct Stage {
  std::string name;
  double seconds_per_mb = 0;  ///< of one core, for a million bytes
};

struct PipelineBound {
  std::vector<Stage> stages;
  unsigned cores = 1;

  /// Megabytes a second: all cores at work on the sum of the stages, and none faster than the
  /// slowest stage, which one thread does.
  [[nodiscard]] double rate() const;
};

struct TransferShape {
  StrategyRow::Moves moves = StrategyRow::Moves::parts;
  std::uint64_t bytes = 0;  ///< in all
  std::size_t value_bytes = 0;
  net::RecordProtection records = net::RecordProtection::sealed;  ///< not sealing takes no time
};

/// `folder`: on the disk that members use; what is written there is removed.
[[nodiscard]] Result<PipelineBound> measure_pipeline(const std::filesystem::path& folder,
                                                     const TransferShape& shape);

}  // namespace tessera::tool::bench
