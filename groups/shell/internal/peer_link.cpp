#include <tessera/groups/core/message_codec.h>
#include <tessera/groups/shell/internal/frame_kind.h>
#include <tessera/groups/shell/internal/link_table.h>
#include <tessera/groups/shell/internal/peer_link.h>

#include <string>
#include <utility>

namespace tessera::shell {
namespace {

/// What a frame counts for beside its payload.
constexpr std::size_t frame_overhead = 128;

}  // namespace

PeerLink::PeerLink(Parts parts)
    : number_(parts.number),
      link_(std::move(parts.link)),
      table_(std::move(parts.table)),
      outlet_(std::make_shared<Outlet>(link_)),
      control_(std::make_shared<Allowance>(parts.incoming_bytes_max)),
      bulk_(std::make_shared<Allowance>(parts.incoming_bytes_max)) {}

void PeerLink::on_frame(net::Link& link, net::Lane lane, net::Frame frame) {
  const auto table = table_.lock();
  if (!table) {
    return;
  }
  const bool is_control = lane == net::Lane::control;
  const auto kind = static_cast<FrameKind>(frame.kind);
  if (kind == FrameKind::message) {
    on_message(lane, frame.slot, frame.payload);
    return;
  }
  const bool known = is_control ? kind == FrameKind::bond || kind == FrameKind::addresses ||
                                      kind == FrameKind::beat
                                : kind == FrameKind::piece;
  if (!known) {
    link.close(
        {Errc::malformed, "the peer sent a frame of unknown kind " + std::to_string(frame.kind)});
    return;
  }
  if (auto claimed = claim(lane, frame.payload.size())) {
    table->on_record(
        {shared_from_this(), kind, frame.slot, std::move(frame.payload), std::move(*claimed)});
  } else if (is_control) {
    // What makes bonds cannot be left out. It is small: only a peer that floods us gets here.
    link.close({Errc::too_large, "the peer sends more than can be handled"});
  }
}

void PeerLink::on_message(net::Lane lane, core::Slot slot, const Bytes& encoded) {
  auto claimed = claim(lane, encoded.size());
  const auto table = table_.lock();
  if (!claimed || !table) {
    if (table) {
      table->count_dropped();
    }
    return;
  }
  auto message = core::decode_message(encoded);
  if (!message) {
    link_->close(message.error().within("the peer sent a message that does not decode"));
    return;
  }
  table->on_message(
      {shared_from_this(), slot, lane, Incoming{*std::move(message), std::move(*claimed)}});
}

std::optional<Allowance::Claim> PeerLink::claim(net::Lane lane, std::size_t bytes) {
  return (lane == net::Lane::control ? control_ : bulk_)->claim(bytes + frame_overhead);
}

void PeerLink::on_drained(net::Link&, net::Lane lane) {
  if (lane == net::Lane::bulk) {
    outlet_->pump();
  }
}

void PeerLink::on_closed(net::Link&, Error reason) {
  if (const auto table = table_.lock()) {
    table->on_closed(shared_from_this(), std::move(reason));
  }
}

}  // namespace tessera::shell
