#pragma once

#include <tessera/groups/catch_up.h>

#include <functional>

/// The state of machines whose strategies turn it into bytes at once, in parts.
///
/// A reader cuts such bytes without regard to what they hold, a writer joins them.
namespace tessera::statesync {

/// Hands out `saved` in parts of a mebibyte.
[[nodiscard]] std::unique_ptr<StateReader> read_saved(Bytes saved);

/// Joins the parts and ends with `restore`.
using RestoreSaved = std::function<Result<void>(const Bytes& saved)>;
[[nodiscard]] std::unique_ptr<StateWriter> write_saved(RestoreSaved restore);

}  // namespace tessera::statesync
