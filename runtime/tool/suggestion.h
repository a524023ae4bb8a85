#pragma once

#include <string>
#include <string_view>
#include <vector>

/// "Did you mean ...?"
namespace tessera::tool {

/// The candidate nearest to `word` by edit distance, in a sentence of its own, or nothing if none
/// is near.
[[nodiscard]] std::string suggestion(std::string_view word,
                                     const std::vector<std::string>& candidates);

}  // namespace tessera::tool
