#pragma once

#include <tessera/storage/store.h>

#include <memory>

namespace tessera::storage {

/// A store that lasts as long as its process: what a node without a data directory uses, and what
/// tests use where the disk is not the subject. `durable()` is false; every operation succeeds.
/// It behaves like the one on disk in everything else. Callable from any thread.
[[nodiscard]] std::unique_ptr<Store> make_memory_store();

}  // namespace tessera::storage
