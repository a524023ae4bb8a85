#include <tessera/groups/shell/internal/frame_kind.h>
#include <tessera/groups/shell/internal/pieces.h>
#include <tessera/primitives/codec.h>

#include <algorithm>
#include <utility>

namespace tessera::shell {

std::vector<Bytes> cut(const Bytes& message) {
  check(message.size() <= joined_bytes_max, "the message can be joined again");
  std::vector<Bytes> pieces;
  for (std::size_t offset = 0; offset < message.size(); offset += piece_bytes_max) {
    Piece piece;
    piece.offset = static_cast<std::uint32_t>(offset);
    piece.total = static_cast<std::uint32_t>(message.size());
    piece.data = message.slice({offset, piece_bytes_max});
    pieces.push_back(encode(piece));
  }
  return pieces;
}

Result<std::optional<Bytes>> PieceJoiner::take(const Bytes& encoded_piece) {
  auto piece = decode<Piece>(encoded_piece);
  if (!piece) {
    return std::move(piece).error();
  }
  const std::size_t end = piece->offset + piece->data.size();
  if (piece->total > joined_bytes_max || end > piece->total || piece->data.empty()) {
    return {Errc::malformed, "a piece of a message lies outside of it"};
  }
  if (piece->offset == 0) {
    joined_.clear();
    total_ = piece->total;
  }
  if (piece->total != total_ || piece->offset != joined_.size()) {
    joined_ = {};
    total_ = 0;  // A piece was dropped on the way; the next message begins anew.
    return std::optional<Bytes>();
  }
  joined_.insert(joined_.end(), piece->data.view().begin(), piece->data.view().end());
  if (joined_.size() < total_) {
    return std::optional<Bytes>();
  }
  total_ = 0;
  return std::optional<Bytes>(Bytes(std::exchange(joined_, {})));
}

}  // namespace tessera::shell
