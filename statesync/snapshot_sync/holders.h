#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/statesync/snapshot_sync/settings.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

/// The peers that hold the snapshot a session fetches, and how much each is asked for.
///
/// Owned by one session. A peer's window grows with each part it delivers and halves when it
/// delivers nothing in time.
namespace tessera::snapshot_sync {

class Holders {
 public:
  explicit Holders(const Settings& settings) : settings_(settings) {}

  void add(const PeerId& peer);
  /// Nobody holds it; who was expelled stays so.
  void clear() { holders_.clear(); }
  /// It has gone, or holds the snapshot no longer. What it was asked for is returned.
  std::vector<std::uint32_t> remove(const PeerId& peer);
  /// It sent what is wrong: it is not asked again, whatever it says.
  std::vector<std::uint32_t> expel(const PeerId& peer);
  [[nodiscard]] bool expelled(const PeerId& peer) const { return expelled_.contains(peer); }
  [[nodiscard]] bool any_expelled() const { return !expelled_.empty(); }
  [[nodiscard]] bool empty() const { return holders_.empty(); }
  [[nodiscard]] std::vector<PeerId> all() const;

  /// How many bytes may be asked of `peer` now.
  [[nodiscard]] std::size_t room(const PeerId& peer, TimePoint now) const;
  /// It was silent not long ago: what others can be asked for is not asked of it.
  [[nodiscard]] bool rests(const PeerId& peer, TimePoint now) const {
    return now < holders_.at(peer).rests_until;
  }
  void asked(const PeerId& peer, std::uint32_t number, std::size_t bytes, TimePoint now);
  /// A part has come. False if it was not asked of this peer.
  bool delivered(const PeerId& peer, std::uint32_t number, TimePoint now);
  /// What overdue peers were asked for; they rest a while.
  std::vector<std::uint32_t> take_overdue(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_due() const;

 private:
  struct Holder {
    std::map<std::uint32_t, std::size_t> asked;  ///< numbers and sizes
    std::size_t bytes_asked = 0;
    std::size_t window = 0;
    TimePoint quiet_since{};
    TimePoint rests_until{};
  };
  std::vector<std::uint32_t> release(Holder& holder) const;

  const Settings& settings_;
  std::map<PeerId, Holder> holders_;
  std::set<PeerId> expelled_;
};

}  // namespace tessera::snapshot_sync
