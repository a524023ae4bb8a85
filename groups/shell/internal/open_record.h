#pragma once

#include <tessera/groups/core/group_core.h>
#include <tessera/groups/shell/member.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/store.h>

#include <cstddef>
#include <functional>

namespace tessera::shell {

/// Reads what a core begins with from the store: the group's record (with a storage id drawn now
/// if it holds nothing), the entries at its landmarks, the end of the log behind its snapshot up to
/// `recent_max` bytes, and what is held of snapshots. Nothing else of the log is read. Blocks on
/// the disk; callable from any thread.
[[nodiscard]] Result<core::CoreRecord> open_record(storage::Store& store, GroupId group,
                                                   std::size_t recent_max);

/// Hears of each part.
using RestoreProgress = std::function<void(const RestoreStatus&)>;

/// As `open_record`, with the strategy's machine filled from the snapshot in force, and with what
/// is known of damage to the group's data. If it fails its checks this succeeds, without the data
/// and with a note of it, which is durable no later than the next write.
[[nodiscard]] Result<core::CoreRecord> open_group(storage::Store& store, GroupId group,
                                                  std::size_t recent_max, CatchUpStrategy& strategy,
                                                  const RestoreProgress& progress);

/// Notes in the store that what it holds of the group fails its checks, so that it is not believed
/// after a restart either.
[[nodiscard]] Result<core::Damage> note_damage(storage::Store& store, GroupId group,
                                               const Error& reason);

/// True for the errors of data that fails its checks.
[[nodiscard]] bool is_damage(const Error& error);

/// Fills a machine of `strategy` from the snapshot in force, part by part, for the core to adopt.
/// Nobody else may use the strategy meanwhile. Blocks on the disk.
[[nodiscard]] Result<void> restore_machine(storage::Store& store, GroupId group,
                                           const core::KeptSnapshot& snapshot,
                                           CatchUpStrategy& strategy,
                                           const RestoreProgress& progress);

}  // namespace tessera::shell
