#include <tessera/runtime/tool/bench/stored_cells.h>

#include <optional>

namespace tessera::tool::bench {
namespace {

/// So many at once are worth a file; fewer are written one by one.
constexpr std::size_t appended_min = 256;

}  // namespace

void StoredCells::put_all(std::vector<Cell> cells) {
  std::vector<View::Item> behind;
  std::string last = highest_;
  for (const Cell& cell : cells) {
    std::string key = ordered_key(cell.first);
    if (key <= last || cell.second.empty()) break;
    last = key;
    behind.push_back({std::move(key), encode(cell.second)});
  }
  if (behind.size() == cells.size() && behind.size() >= appended_min) {
    append(behind);
    return;
  }
  for (Cell& cell : cells) {
    highest_ = std::max(highest_, ordered_key(cell.first));
    const bool removes = cell.second.empty();
    map_.exchange(cell.first, removes ? std::nullopt : std::optional(std::move(cell.second)));
  }
}

void StoredCells::append(const std::vector<View::Item>& items) {
  if (!items.empty()) highest_ = items.back().key;
  map_.append(items);
}

}  // namespace tessera::tool::bench
