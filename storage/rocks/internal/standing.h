#pragma once

#include <tessera/primitives/result.h>
#include <tessera/storage/rocks/internal/database.h>
#include <tessera/storage/rocks/internal/meta_records.h>
#include <tessera/storage/rocks/internal/watermark.h>

#include <optional>

namespace tessera::storage::rocks {

/// The synced batches there are and the number drawn for the store. `damaged` if there are fewer
/// than were promised; `last_run` is the newest life that the store knows of, `promised` what its
/// watermark states. A pure function of what is stored.
[[nodiscard]] Result<SyncedBatches> what_stands(const Database& database, const RunRecord& last_run,
                                                const std::optional<WatermarkRecord>& promised);

}  // namespace tessera::storage::rocks
