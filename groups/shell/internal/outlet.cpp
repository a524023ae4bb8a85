#include <tessera/groups/shell/internal/frame_kind.h>
#include <tessera/groups/shell/internal/outlet.h>
#include <tessera/groups/shell/internal/pieces.h>

#include <utility>

namespace tessera::shell {
namespace {

/// Beyond this a bulk message is dropped: its strategy asks again.
constexpr std::size_t waiting_bytes_max = joined_bytes_max;

[[nodiscard]] net::Frame frame_of(FrameKind kind, core::Slot slot, Bytes payload) {
  return {static_cast<std::uint8_t>(kind), slot, std::move(payload)};
}

}  // namespace

bool Outlet::send(net::Lane lane, core::Slot slot, Bytes message) {
  if (lane == net::Lane::bulk) {
    return send_bulk(slot, std::move(message));
  }
  return link_->send(lane, frame_of(FrameKind::message, slot, std::move(message)));
}

bool Outlet::send_bulk(core::Slot slot, Bytes message) {
  if (message.size() > joined_bytes_max) {
    return false;
  }
  const std::scoped_lock lock(mutex_);
  if (waiting_bytes_ != 0 && waiting_bytes_ + message.size() > waiting_bytes_max) {
    return false;
  }
  if (message.size() <= piece_bytes_max) {
    waiting_bytes_ += message.size();
    waiting_.push_back(frame_of(FrameKind::message, slot, std::move(message)));
  } else {
    for (Bytes& piece : cut(message)) {
      waiting_bytes_ += piece.size();
      waiting_.push_back(frame_of(FrameKind::piece, slot, std::move(piece)));
    }
  }
  pump_locked();
  return true;
}

void Outlet::pump() {
  const std::scoped_lock lock(mutex_);
  pump_locked();
}

void Outlet::pump_locked() {
  while (!waiting_.empty() && link_->send(net::Lane::bulk, waiting_.front())) {
    waiting_bytes_ -= waiting_.front().payload.size();
    waiting_.pop_front();
  }
}

}  // namespace tessera::shell
