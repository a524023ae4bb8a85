#pragma once

#include <tessera/runtime/tool/bench/catchup_run.h>
#include <tessera/runtime/tool/bench/write_plan.h>

#include <nlohmann/json.hpp>

#include <cstdint>

/// What is asked of a measured member, and how its answers read; see member_server.cpp.
namespace tessera::tool::bench {

[[nodiscard]] nlohmann::json request(const char* op);
[[nodiscard]] nlohmann::json request(const char* op, const WritePlan& plan);
/// When everything up to `index` is applied.
[[nodiscard]] nlohmann::json request_reached(std::uint64_t index);
/// Puts at `rate` a second to keys of their own, behind `keys`; at 0 no more.
[[nodiscard]] nlohmann::json request_load(const CatchUpOptions& options, std::uint64_t keys);
[[nodiscard]] nlohmann::json request_no_load();

[[nodiscard]] LoadFigures figures_of(const nlohmann::json& reading);
[[nodiscard]] EndFigures end_of(const nlohmann::json& status);
/// Bytes that its provider has sent.
[[nodiscard]] std::uint64_t served_of(const nlohmann::json& status);

}  // namespace tessera::tool::bench
