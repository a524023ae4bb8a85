#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>

#include <cstdint>
#include <filesystem>
#include <string>

/// Files that survive a crash once they are said to be there. Blocks on the disk; any thread.
namespace tessera::tool {

/// Makes the file `path`, which must not exist, for its owner alone. Its content is on the disk
/// when this returns; its name is when the folder has been synced.
[[nodiscard]] Result<void> write_durable_file(const std::filesystem::path& path, ByteView content);

/// The names in `folder` are on the disk.
[[nodiscard]] Result<void> sync_folder(const std::filesystem::path& folder);

/// Makes `folder`, for its owner alone, and its name durable; one that is there must be empty but
/// for a file named `except`. `not_allowed` if it holds anything else.
[[nodiscard]] Result<void> make_empty_folder(const std::filesystem::path& folder,
                                             const std::string& except = {});

/// The whole file. `not_found` if there is none, `too_large` if it has more than `bytes_max`.
[[nodiscard]] Result<Bytes> read_whole_file(const std::filesystem::path& path,
                                            std::uint64_t bytes_max);

}  // namespace tessera::tool
