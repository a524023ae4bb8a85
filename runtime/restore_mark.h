#pragma once

#include <tessera/primitives/result.h>

#include <filesystem>

/// The file that stands in a data folder while it is made out of a backup: nothing else tells a
/// half-restored store from a whole one.
namespace tessera {

[[nodiscard]] std::filesystem::path restore_mark(const std::filesystem::path& data_dir);

/// `not_allowed` if a restore into `data_dir` was begun and not finished.
[[nodiscard]] Result<void> refuse_half_restored(const std::filesystem::path& data_dir);

}  // namespace tessera
