#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>

#include <cstdint>
#include <optional>
#include <vector>

/// Messages that are too long for one frame, cut and joined. A lane keeps its order, so the pieces
/// of a message arrive one after the other or, where the lane was full, with a gap that drops it.
namespace tessera::shell {

struct Piece {
  std::uint32_t offset = 0;
  std::uint32_t total = 0;
  Bytes data;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(offset, total, data);
  }
};

/// The pieces of `message`, encoded, at most `piece_bytes_max` of it in each.
[[nodiscard]] std::vector<Bytes> cut(const Bytes& message);

/// Joins the pieces that arrive under one slot of one link. Used on one strand.
class PieceJoiner {
 public:
  /// The whole message once its last piece has come. `malformed` if the peer breaks the protocol.
  Result<std::optional<Bytes>> take(const Bytes& encoded_piece);

 private:
  std::vector<std::uint8_t> joined_;
  std::size_t total_ = 0;  ///< of the message being joined; 0: none
};

}  // namespace tessera::shell
