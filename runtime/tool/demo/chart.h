#pragma once

#include <tessera/runtime/tool/demo/record.h>

#include <string>

/// The report's pictures, as SVG elements.
namespace tessera::tool::demo {

/// Acknowledged puts a second against time, with the gap, the kill and the catch-ups.
[[nodiscard]] std::string throughput_chart(const Record& record);

/// Each member's applied position against time.
[[nodiscard]] std::string positions_chart(const Record& record);

/// `text` with what HTML reserves written as entities.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace tessera::tool::demo
