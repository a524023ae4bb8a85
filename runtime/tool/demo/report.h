#pragma once

#include <tessera/runtime/tool/demo/record.h>

#include <nlohmann/json_fwd.hpp>

#include <filesystem>

/// What remains of a run: a page to look at, an object for programs.
namespace tessera::tool::demo {

/// One HTML file that needs no other.
[[nodiscard]] Result<void> write_report(const Record& record, const std::filesystem::path& file);

[[nodiscard]] nlohmann::json report_json(const Record& record);

}  // namespace tessera::tool::demo
