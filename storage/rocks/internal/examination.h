#pragma once

#include <tessera/storage/rocks/internal/database.h>
#include <tessera/storage/rocks/internal/packs.h>
#include <tessera/storage/rocks/stopped_store.h>

#include <vector>

/// Reads all that is held of a group and says what fails, where the store itself stops at the first
/// thing that does. Functions without state; nobody may write meanwhile.
namespace tessera::storage::rocks {

/// Every entry that the record says is held. Counts the sound ones in `group`.
void examine_log(const Database& database, const GroupView& view, ExaminedGroup& group,
                 std::vector<Damage>& damage);

/// Every snapshot of `group`, finished or not, with all its parts. `record` may be null.
void examine_snapshots(SnapshotStore& snapshots, const GroupRecord* record, ExaminedGroup& group,
                       std::vector<Damage>& damage);

}  // namespace tessera::storage::rocks
