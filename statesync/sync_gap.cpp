#include <tessera/statesync/sync_gap.h>

namespace tessera::statesync {

std::optional<std::uint64_t> log_bytes_of(const SyncGap& gap, ProviderContext& cx) {
  // Who is behind as well holds the beginning of the gap, but not its end. A new leader holds all
  // of it, and may not know yet that it is committed.
  const bool reaches = cx.is_leader() || cx.committed().index >= gap.target.index;
  if (cx.log().base().index > gap.committed.index || !reaches) return std::nullopt;
  return cx.snapshots().log_bytes_behind(gap.committed.index);
}

}  // namespace tessera::statesync
