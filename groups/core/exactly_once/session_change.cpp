#include <tessera/groups/core/exactly_once/session_change.h>
#include <tessera/primitives/codec.h>

namespace tessera::core {

Bytes encode_session_change(const SessionChange& change) { return encode(change); }

Result<SessionChange> decode_session_change(const Bytes& data) {
  return decode<SessionChange>(data);
}

}  // namespace tessera::core
