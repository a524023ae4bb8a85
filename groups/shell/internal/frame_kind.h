#pragma once

#include <cstddef>
#include <cstdint>

/// What a frame between two nodes is. A kind that is not among these ends the link.
namespace tessera::shell {

enum class FrameKind : std::uint8_t {
  bond = 1,       ///< control lane; of the link's `LinkBonds`
  message = 2,    ///< either lane; `slot` says for which group
  piece = 3,      ///< bulk lane; a part of a message that is too long for one frame
  addresses = 4,  ///< control lane, between peers that share a bond; an `AddressNotice`
  beat = 5,       ///< control lane, between peers that share a group that sleeps; a `PairBeat`
};

/// A message above this is sent in pieces of at most this many bytes.
inline constexpr std::size_t piece_bytes_max = std::size_t{4} << 20;

/// The longest message that is joined from pieces: a strategy's largest and what is around it.
inline constexpr std::size_t joined_bytes_max = (std::size_t{64} << 20) + 1024;

}  // namespace tessera::shell
