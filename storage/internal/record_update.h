#pragma once

#include <tessera/storage/group_record.h>

/// What a `GroupWrite` does to a `GroupRecord`: the one place both stores take it from.
///
/// Pure functions on values the caller owns. A write that contradicts the record (a gap, an entry
/// below the base, terms that fall) is a bug of the caller and ends the process.
namespace tessera::storage {

/// Carries out every part of `write` on `record`, in the order of its members.
void update_record(GroupRecord& record, const GroupWrite& write);

/// The term of the entry at `index`, which must be the base or an entry held.
[[nodiscard]] Term term_at(const GroupRecord& record, Index index);

/// Ends the process if the parts of `record` contradict each other.
void check_invariants(const GroupRecord& record);

/// True if `record` may have been written by this program: what `check_invariants` demands, as an
/// answer, for records that come from a disk.
[[nodiscard]] bool is_consistent(const GroupRecord& record);

}  // namespace tessera::storage
