#pragma once

#include <tessera/storage/cursor.h>
#include <tessera/storage/member_id.h>

#include <cstdint>
#include <vector>

/// What one store has stated, as others remember it. Plain values.
namespace tessera::core {

/// Each part is the highest that was ever heard. A store that states less than one of them is an
/// older copy of the one that said so.
struct StoreMemory {
  MemberId store;
  std::uint64_t start_count = 0;
  Term term;
  Index held;  ///< it has acknowledged everything up to here, and that is committed

  bool operator==(const StoreMemory&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(store, start_count, term, held);
  }
};

/// From the leader, once a second while there is something new.
struct MemoryNotice {
  std::vector<StoreMemory> memories;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(memories);
  }
};

}  // namespace tessera::core
