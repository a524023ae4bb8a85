#pragma once

#include <tessera/primitives/result.h>

#include <filesystem>
#include <optional>
#include <string>

/// Folders that make room for others, durably. Blocks on the disk.
namespace tessera::runtime {

/// Writes `text` to `path`, complete or not at all; durable when it returns.
[[nodiscard]] Result<void> write_note(const std::filesystem::path& path, const std::string& text);

/// What `write_note` wrote there; nothing if there is no such file, `io_failed` if it cannot be
/// read.
[[nodiscard]] Result<std::optional<std::string>> read_note(const std::filesystem::path& path);

/// Renames the folder `path` to "<path>.damaged-<n>", a number above those in use, and deletes the
/// oldest of these beyond `kept_max`. Durable when it returns. The new name.
[[nodiscard]] Result<std::filesystem::path> set_aside(const std::filesystem::path& path,
                                                      std::size_t kept_max);

}  // namespace tessera::runtime
