#pragma once

#include <tessera/groups/core/bonds/link_bonds.h>
#include <tessera/groups/core/pairs/pair_watch.h>
#include <tessera/groups/shell/internal/incoming.h>
#include <tessera/groups/shell/internal/outlet.h>
#include <tessera/groups/shell/internal/pieces.h>
#include <tessera/groups/shell/internal/shared_sleep.h>
#include <tessera/net/link.h>
#include <tessera/primitives/time.h>

#include <map>
#include <memory>
#include <optional>

namespace tessera::shell {

class LinkTable;

/// One link as the node sees it: takes its frames apart on the link's thread and hands them to the
/// table's strand.
///
/// Owned by the table. `state()` belongs to the table's strand; the events are the link's.
class PeerLink final : public net::LinkEvents, public std::enable_shared_from_this<PeerLink> {
 public:
  struct Parts {
    std::uint64_t number = 0;  ///< never reused on a node
    std::shared_ptr<net::Link> link;
    std::weak_ptr<LinkTable> table;
    std::size_t incoming_bytes_max = 0;
  };
  explicit PeerLink(Parts parts);

  void on_frame(net::Link& link, net::Lane lane, net::Frame frame) override;
  void on_drained(net::Link& link, net::Lane lane) override;
  void on_closed(net::Link& link, Error reason) override;

  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] PeerId peer() const { return link_->peer(); }
  [[nodiscard]] net::Link& link() { return *link_; }
  [[nodiscard]] const std::shared_ptr<Outlet>& outlet() const { return outlet_; }

  /// What the table keeps of this link; on its strand only.
  struct State {
    std::unique_ptr<core::LinkBonds> bonds;
    struct Standing {
      GroupId group;
      std::uint64_t bond = 0;
    };
    std::map<core::Slot, Standing> standing;  ///< by the slot that frames arrive with
    std::map<core::Slot, PieceJoiner> joiners;
    TimePoint up_since{};
    bool told_addresses = false;
    core::PairWatch watch;                    ///< of the peer's heartbeats
    std::optional<SharedSleep> shared_sleep;  ///< absent: not summed up since it changed
  };
  [[nodiscard]] State& state() { return state_; }

 private:
  void on_message(net::Lane lane, core::Slot slot, const Bytes& encoded);
  [[nodiscard]] std::optional<Allowance::Claim> claim(net::Lane lane, std::size_t bytes);

  const std::uint64_t number_;
  const std::shared_ptr<net::Link> link_;
  const std::weak_ptr<LinkTable> table_;
  const std::shared_ptr<Outlet> outlet_;
  const std::shared_ptr<Allowance> control_;
  const std::shared_ptr<Allowance> bulk_;
  State state_;
};

}  // namespace tessera::shell
