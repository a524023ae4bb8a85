#pragma once

#include <tessera/conformance/broken.h>
#include <tessera/conformance/kit/checks.h>
#include <tessera/conformance/kit/stage.h>

#include <functional>

/// How a check is run: what is thrown becomes its finding. For the files in `checks/`.
namespace tessera::conformance {

/// How many seeds a check tries that is not exhaustive by itself.
inline constexpr std::uint64_t seeds_tried = 3;

/// Runs `body`; a `sim::Broken` is the finding, as is any other exception.
[[nodiscard]] Finding attempt(const std::function<void()>& body);

/// Runs `body` on a stage for each of `seeds_tried` seeds, until there is a finding, which then
/// names the seed.
[[nodiscard]] Finding for_each_seed(const Subject& subject, const Stage::Options& options,
                                    const std::function<void(Stage&)>& body);

}  // namespace tessera::conformance
