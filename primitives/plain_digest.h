#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/unique_id.h>

namespace tessera {

/// BLAKE2b-256 of `bytes` and nothing else: what `b2sum -l 256` prints for a file of them. For
/// files that people check with other programs; whatever is compared by tessera alone has a domain
/// of its own (`Hasher`). Any thread.
[[nodiscard]] UniqueId plain_digest(ByteView bytes);

}  // namespace tessera
