#include <tessera/primitives/hash.h>
#include <tessera/runtime/tool/bench/cell_table.h>

namespace tessera::tool::bench {

std::optional<Cell> CellTable::View::next() {
  for (; next_ < shards_.size() * shard_cells; ++next_) {
    const auto& shard = shards_[next_ / shard_cells];
    if (!shard) {
      next_ += shard_cells - 1;  // the loop adds the last one
      continue;
    }
    const std::string& value = shard->values[next_ % shard_cells];
    if (!value.empty()) return Cell{next_++, value};
  }
  return std::nullopt;
}

void CellTable::put(Cell cell) {
  auto& [key, value] = cell;
  if (key >= keys_max) return;
  const std::size_t place = key / shard_cells;
  if (place >= shards_.size()) shards_.resize(place + 1);
  auto& shard = shards_[place];
  if (!shard) {
    shard = std::make_shared<Shard>();
    shard->edition = edition_;
  } else if (shard->edition != edition_) {
    shard = std::make_shared<Shard>(*shard);
    shard->edition = edition_;
  }
  std::string& held = shard->values[key % shard_cells];
  if (held.empty()) ++size_;
  if (value.empty()) --size_;
  held = std::move(value);
}

std::string CellTable::get(std::uint64_t key) const {
  const std::uint64_t place = key / shard_cells;
  if (place >= shards_.size() || !shards_[place]) return {};
  return shards_[place]->values[key % shard_cells];
}

CellTable::View CellTable::view() const {
  ++edition_;
  return View(shards_);
}

UniqueId CellTable::digest() const {
  Hasher hasher("tessera/bench/cells");
  View all = view();
  while (const auto cell = all.next()) hasher.add(cell->first).add(cell->second);
  return hasher.digest();
}

}  // namespace tessera::tool::bench
