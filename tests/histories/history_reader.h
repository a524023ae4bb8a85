#pragma once

#include "operation.h"
#include <tessera/primitives/result.h>

#include <istream>
#include <string>

/// Reads recorded histories: JSON lines, as docs/history-format.md describes them.
namespace tessera::histories {

/// The operations in the order of their lines. `malformed` with `name` and the number of the first
/// line that is none.
[[nodiscard]] Result<History> read_history(std::istream& lines, const std::string& name);

/// The same for a file. `io_failed` naming it if it cannot be read.
[[nodiscard]] Result<History> read_history_file(const std::string& path);

}  // namespace tessera::histories
