#pragma once

#include <tessera/primitives/result.h>
#include <tessera/storage/group_record.h>
#include <tessera/storage/rocks/internal/database.h>
#include <tessera/storage/store.h>

#include <span>
#include <vector>

/// The packs of one group's log, on the disk.
///
/// Packs never overlap: overwriting a suffix cuts the pack in which it begins. So a pack that is
/// missing shows, and each read knows where its first pack is without a search. Functions without
/// state of their own; any thread may call them, but see `read_packs`.
namespace tessera::storage::rocks {

/// A pack as it is stored.
struct StoredPack {
  Index first;
  std::vector<RawEntry> entries;

  [[nodiscard]] Index last() const { return entries.back().position.index; }
};

/// A group and what is known about it; both outlive the call.
struct GroupView {
  const GroupId& group;
  const GroupRecord& record;
};

/// The pack that holds the entry `index`, which the record says is held. `damaged` or `foreign` if
/// there is none or it is not as it was written.
[[nodiscard]] Result<StoredPack> find_pack(const Database& database, const GroupView& view,
                                           Index index);

/// The first index of the last pack that begins at `index` or before it, from its key alone; zero
/// if there is none.
[[nodiscard]] Result<Index> first_of_pack_with(const Database& database, GroupId group,
                                               Index index);

/// What `LogStore::read` returns for a log in the state of `view.record`. A write to the group
/// that runs at the same time may look like damage.
[[nodiscard]] Result<std::vector<RawEntry>> read_packs(const Database& database,
                                                       const GroupView& view,
                                                       const LogStore::ReadRange& range);

}  // namespace tessera::storage::rocks
