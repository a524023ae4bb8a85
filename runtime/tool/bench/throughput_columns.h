#pragma once

#include <tessera/runtime/tool/bench/throughput_run.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// The figures of a run of writes or reads: a column of a table each, and a field of the JSON and
/// of the CSV.
namespace tessera::tool::bench {

enum class Unit : std::uint8_t {
  count,
  seconds,
  per_second,
  microseconds,
  megabytes_a_second,
  bytes,
  cores,
  percent,
  ratio,
};

struct Column {
  const char* heading;
  const char* field;
  Unit unit;
  /// Not a number, if it was not measured.
  std::function<double(const ThroughputRun&)> figure;
};

/// Runs of one variant.
using RunsOfOne = std::vector<const ThroughputRun*>;

[[nodiscard]] const std::vector<Column>& result_columns();
/// Of the groups before the load.
[[nodiscard]] const std::vector<Column>& group_columns();
/// Of the machine.
[[nodiscard]] const std::vector<Column>& limit_columns();

/// Of those runs in which it was measured; not a number if it never was.
[[nodiscard]] double median(const RunsOfOne& runs, const Column& column);
/// "-" for what is not a number.
[[nodiscard]] std::string text_of(double value, Unit unit);

}  // namespace tessera::tool::bench
