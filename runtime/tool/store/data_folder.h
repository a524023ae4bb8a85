#pragma once

#include <tessera/primitives/result.h>

#include <filesystem>

/// What is where in a node's data folder.
namespace tessera::tool {

/// The identity of the node that keeps its data in `data_dir`.
[[nodiscard]] std::filesystem::path identity_file(const std::filesystem::path& data_dir);
/// Its store, whether there is one or not.
[[nodiscard]] std::filesystem::path store_folder(const std::filesystem::path& data_dir);

/// The store in `folder`, which is a node's data folder or the store itself. `not_found` if it is
/// neither, `not_allowed` if a restore into it was interrupted.
[[nodiscard]] Result<std::filesystem::path> find_store_folder(const std::filesystem::path& folder);

}  // namespace tessera::tool
