#pragma once

#include <tessera/primitives/log_sink.h>
#include <tessera/storage/rocks/rocks_store.h>

#include <memory>

/// A node's store on disk that mends itself (docs/decisions/0109).
namespace tessera::runtime {

/// Damaged stores that are kept beside the one in use; an older one goes for the next.
inline constexpr unsigned damaged_stores_max = 3;

/// As `open_rocks_store`. A store that is `damaged` is set aside as "<path>.damaged-<n>", and an
/// empty one takes its place, which says so (`Store::repaired`) for as long as the file
/// "<path>.repaired" exists. A crash in between is made good by the next call. Blocks on the disk;
/// one call at a time for one path.
[[nodiscard]] Result<std::unique_ptr<storage::Store>> open_or_repair(
    const storage::RocksOptions& options, PeerId owner, const LogSink& log);

}  // namespace tessera::runtime
