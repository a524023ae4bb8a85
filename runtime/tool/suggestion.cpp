#include <tessera/runtime/tool/suggestion.h>

#include <algorithm>
#include <numeric>

namespace tessera::tool {
namespace {

/// Levenshtein's distance, by one row of the table.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const auto nearest = std::min_element(candidates.begin(), candidates.end(),
                                        [&](const std::string& left, const std::string& right) {
                                          return distance(word, left) < distance(word, right);
                                        });
  if (nearest == candidates.end()) return {};
  const std::size_t near = std::max<std::size_t>(2, word.size() / 3);
  if (distance(word, *nearest) > near) return {};
  return " Did you mean \"" + *nearest + "\"?";
}

}  // namespace tessera::tool
