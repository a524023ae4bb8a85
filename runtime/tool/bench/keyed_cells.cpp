#include <tessera/primitives/hash.h>
#include <tessera/runtime/tool/bench/keyed_cells.h>

#include <utility>

namespace tessera::tool::bench {

void KeyedCells::put_all(std::vector<Cell> cells) {
  auto update = rows_.begin_update();
  for (auto& [key, value] : cells) {
    if (value.empty()) {
      update.erase(key);
    } else {
      update.set(key, std::move(value));
    }
  }
}

UniqueId KeyedCells::digest() const {
  Hasher hasher("tessera/bench/cells");
  rows_.for_each([&](std::uint64_t key, const std::string& value) { hasher.add(key).add(value); });
  return hasher.digest();
}

}  // namespace tessera::tool::bench
