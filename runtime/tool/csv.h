#pragma once

#include <tessera/primitives/result.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// Comma-separated values as RFC 4180 has them: quotes, doubled quotes, line breaks within quotes.
namespace tessera::tool {

using CsvRow = std::vector<std::string>;

/// The rows of `text`. `malformed` naming the line if a quote is not closed.
[[nodiscard]] Result<std::vector<CsvRow>> parse_csv(std::string_view text);

/// The whole file. `io_failed` naming it if it cannot be read.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path);

}  // namespace tessera::tool
