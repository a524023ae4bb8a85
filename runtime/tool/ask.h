#pragma once

#include <tessera/primitives/result.h>

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <filesystem>

/// One question to a running node, for commands that do nothing else.
namespace tessera::tool {

/// A node gives its own answer after 10 seconds at the latest; this one is for nodes that hang.
inline constexpr std::chrono::seconds answer_wait{20};

/// The answer of the node that keeps its data in `data_dir` to `request`; waits for it here. Errors
/// as of `ControlClient`, and `timed_out`.
[[nodiscard]] Result<nlohmann::json> ask_node(const std::filesystem::path& data_dir,
                                              nlohmann::json request,
                                              std::chrono::seconds patience = answer_wait);

}  // namespace tessera::tool
