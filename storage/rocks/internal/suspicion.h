#pragma once

#include <tessera/primitives/result.h>
#include <tessera/storage/rocks/internal/database.h>

#include <rocksdb/env.h>

#include <filesystem>
#include <string_view>

/// Damage that RocksDB comes upon while the store runs, when it merges files, ends the writing; but
/// RocksDB itself would open the same files again and serve what it can read of them. So the store
/// is put under suspicion, by the file SUSPECT, and its next start reads every file before it
/// believes any.
namespace tessera::storage::rocks {

/// Puts the store at `path` under suspicion, durably where that can be done. `why`, in words.
void suspect(const std::filesystem::path& path, rocksdb::Env* env, std::string_view why);

/// If the store is under suspicion: reads all of its files, and clears it if they are sound.
/// `damaged` if one is not. Before anything is written.
[[nodiscard]] Result<void> look_into_suspicion(const Database& database);

}  // namespace tessera::storage::rocks
