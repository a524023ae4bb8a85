#include <tessera/primitives/random.h>
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/internal/standing.h>

#include <string>

namespace tessera::storage::rocks {

Result<SyncedBatches> what_stands(const Database& database, const RunRecord& last_run,
                                  const std::optional<WatermarkRecord>& promised) {
  const auto stored =
      database.load<SyncedBatches>(Family::meta, synced_key, "the count of synced batches");
  if (!stored) {
    return stored.error();
  }
  if (!promised || !promised->counts_batches()) {
    // The file counts before the first batch is written.
    return *stored ? Result<SyncedBatches>(database.damaged("its file WATERMARK is missing"))
                   : SyncedBatches{.origin = system_entropy()};
  }
  const SyncedBatches there = stored->value_or(SyncedBatches{.origin = promised->origin});
  if (there.origin != promised->origin ||
      (promised->starts == last_run.starts && promised->run != last_run.number)) {
    return database.damaged("its file WATERMARK is that of another store");
  }
  if (there.count < promised->count) {
    return database.damaged(
        "its file WATERMARK says that " + std::to_string(promised->count) +
        " batches of writes were durable in start " + std::to_string(promised->starts) + ", but " +
        std::to_string(there.count) + " are there, the last of start " +
        std::to_string(last_run.starts) +
        ": what was written since is lost. Suspect a disk that says it has written what it has "
        "not, or a copy of the folder's files that are not of one moment");
  }
  return there;
}

}  // namespace tessera::storage::rocks
