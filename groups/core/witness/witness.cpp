#include <tessera/groups/core/witness/witness.h>
#include <tessera/primitives/codec.h>

#include <algorithm>
#include <string>
#include <utility>

namespace tessera::core {
namespace {

struct Kept {
  std::uint8_t version = 1;
  std::vector<StoreMemory> memories;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(version, memories);
  }
};

}  // namespace

Result<Witness> Witness::restore(const Bytes& record) {
  Witness witness;
  if (record.empty()) return witness;
  auto kept = decode<Kept>(record);
  if (!kept)
    return {Errc::damaged, "what is remembered of other stores: " + kept.error().message()};
  if (kept->version != Kept{}.version) {
    return {Errc::version_mismatch,
            "what is remembered of other stores has version " + std::to_string(kept->version)};
  }
  for (const StoreMemory& memory : kept->memories) witness.remember(memory);
  return witness;
}

Bytes Witness::encoded() const {
  Kept kept;
  for (const auto& [store, known] : known_) kept.memories.push_back(known.memory);
  return encode(kept);
}

void Witness::remember(const StoreMemory& heard) {
  const auto [found, is_new] = known_.try_emplace(heard.store);
  StoreMemory& memory = found->second.memory;
  const StoreMemory before = memory;
  memory.store = heard.store;
  memory.start_count = std::max(memory.start_count, heard.start_count);
  memory.term = std::max(memory.term, heard.term);
  memory.held = std::max(memory.held, heard.held);
  if (!is_new && memory == before) return;
  found->second.version = ++version_;
  make_room();
}

void Witness::make_room() {
  if (known_.size() <= stores_max) return;
  known_.erase(std::min_element(known_.begin(), known_.end(), [](const auto& a, const auto& b) {
    return a.second.version < b.second.version;
  }));
}

std::vector<StoreMemory> Witness::of(const PeerId& peer) const {
  std::vector<Known> stores;
  for (const auto& [store, known] : known_) {
    if (store.peer == peer) stores.push_back(known);
  }
  std::sort(stores.begin(), stores.end(),
            [](const Known& a, const Known& b) { return a.version > b.version; });
  if (stores.size() > told_max) stores.resize(told_max);
  std::vector<StoreMemory> memories;
  for (const Known& known : stores) memories.push_back(known.memory);
  return memories;
}

std::vector<StoreMemory> Witness::since(std::uint64_t version) const {
  std::vector<StoreMemory> memories;
  for (const auto& [store, known] : known_) {
    if (known.version > version) memories.push_back(known.memory);
  }
  return memories;
}

bool states_less(const StoreMemory& store, const StoreMemory& remembered) {
  return store.start_count < remembered.start_count || store.term < remembered.term ||
         store.held < remembered.held;
}

}  // namespace tessera::core
