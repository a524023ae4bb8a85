#pragma once

#include <tessera/groups/core/group_core.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/store.h>

#include <cstddef>

namespace tessera::shell {

/// Reads what a core begins with from the store: the group's record (with a storage id drawn now
/// if it holds nothing), the entries at its landmarks, the end of the log up to `recent_max`
/// bytes, and what is held of snapshots. Blocks on the disk; callable from any thread.
[[nodiscard]] Result<core::CoreRecord> open_record(storage::Store& store, GroupId group,
                                                   std::size_t recent_max);

/// Fills a machine of `strategy` from the snapshot in force, part by part, for the core to adopt.
/// Nobody else may use the strategy meanwhile. Blocks on the disk.
[[nodiscard]] Result<void> restore_machine(storage::Store& store, GroupId group,
                                           const core::KeptSnapshot& snapshot,
                                           CatchUpStrategy& strategy);

}  // namespace tessera::shell
