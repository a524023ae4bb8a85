#pragma once

#include <tessera/net/channel/record_cipher.h>
#include <tessera/net/link.h>

#include <cstdint>

/// What travels on an established connection.
///
///     record:  length, 2 bytes big-endian | sealed: signal, 1 byte | content
///     content of `data` records, joined:  frame, frame, ...
///     frame:   payload length, 4 bytes big-endian | kind, 1 byte | slot, 4 bytes big-endian |
///     payload
///
/// A frame may span records, and a record may hold many frames. The other signals stand between
/// `data` records, so that they need not wait for the end of a long frame.
namespace tessera::net {

enum class Signal : std::uint8_t {
  data = 0,
  accept = 1,  ///< this connection is the one to use
  ping = 2,    ///< answer with pong
  pong = 3,
  open_bulk = 4,  ///< to the dialler: open the bulk connection
  end = 5,        ///< nothing follows; content: a `Goodbye`, 1 byte
};

/// Why the sender of `end` ends. A stream that stops without an `end` was cut off.
enum class Goodbye : std::uint8_t {
  closing = 0,
  duplicate = 1,  ///< there is a link between these peers already
  refused = 2,    ///< this peer is not wanted now
  protocol = 3,   ///< the receiver of this broke the protocol
  identity = 4,   ///< another process with the receiver's identity is linked, and alive
};
inline constexpr std::uint8_t goodbye_max = 4;

inline constexpr std::size_t record_length_size = 2;
inline constexpr std::size_t record_sealed_max = 65535;
inline constexpr std::size_t record_sealed_min = 1 + RecordCipher::tag_size;
inline constexpr std::size_t record_content_max = record_sealed_max - record_sealed_min;
inline constexpr std::size_t frame_header_size = 9;

/// What a frame counts for in queues.
[[nodiscard]] inline std::size_t size_on_wire(const Frame& frame) {
  return frame_header_size + frame.payload.size();
}

}  // namespace tessera::net
