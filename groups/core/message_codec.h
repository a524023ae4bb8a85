#pragma once

#include <tessera/groups/core/messages.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>

/// Messages between bonded members to bytes and back: one byte that says which, then its encoding.
namespace tessera::core {

[[nodiscard]] Bytes encode_message(const Message& message);

/// The message in `frame`; the data of entries, commands and strategies' messages share its
/// storage. `malformed` if it is none: bytes are left over, a length lies, or the kind is unknown.
[[nodiscard]] Result<Message> decode_message(const Bytes& frame);

}  // namespace tessera::core
