#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/ids.h>
#include <tessera/primitives/result.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// Where the peers of a node listen: what bonded peers tell each other and a node keeps.
namespace tessera::shell {

/// One peer's addresses as they are told. `age` is how long ago somebody was linked to it.
struct AddressRecord {
  PeerId peer;
  std::vector<std::string> addresses;
  std::chrono::seconds age{0};

  template <class Archive>
  void serialize(Archive& archive) {
    archive(peer, addresses, age);
  }
};

/// What goes over a link.
struct AddressNotice {
  std::vector<std::string> own;
  std::vector<AddressRecord> others;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(own, others);
  }
};

/// A plain state machine: no clock, no I/O. Times are seconds since the Unix epoch, because they
/// outlive the process. Not thread-safe.
class AddressBook {
 public:
  using Seconds = std::chrono::seconds;

  /// Bounds: a peer that lies can cost no more than these.
  static constexpr std::size_t peers_max = 512;
  static constexpr std::size_t addresses_max = 4;         ///< of one peer
  static constexpr std::size_t address_length_max = 262;  ///< a host name, a colon, a port
  static constexpr std::size_t hearsay_max = 128;         ///< peers known from one teller alone
  static constexpr Seconds age_max = std::chrono::hours(24 * 14);

  explicit AddressBook(PeerId self) : self_(self) {}

  /// What changed, so that it is dialled, forgotten and told on.
  struct Change {
    std::vector<std::pair<PeerId, std::string>> added;
    std::vector<std::string> removed;
    std::vector<PeerId> changed;  ///< peers whose addresses are not what they were
    [[nodiscard]] bool any() const { return !changed.empty(); }
  };

  /// `teller`, who is linked right now, said so. Its own addresses are the truth; those of others
  /// hold unless something newer is known.
  Change learn(const PeerId& teller, const AddressNotice& notice, Seconds now);

  /// A link to `peer` stands: what is known of it is of now.
  void confirm(const PeerId& peer, Seconds now);

  /// Drops what nobody has confirmed for too long.
  Change expire(Seconds now);

  /// What is told of `peers`.
  [[nodiscard]] std::vector<AddressRecord> records(const std::set<PeerId>& peers,
                                                   Seconds now) const;
  [[nodiscard]] std::vector<AddressRecord> records(Seconds now) const;

  /// The whole book as bytes, and what bytes that were kept add to an empty book. Bytes that do
  /// not decode add nothing: addresses are found again.
  [[nodiscard]] Bytes save(Seconds now) const;
  Change load(const Bytes& saved, Seconds now);

 private:
  struct Known {
    std::vector<std::string> addresses;
    Seconds confirmed{0};
    std::optional<PeerId> teller;  ///< who alone says so; none: the peer itself, or the store
  };
  void put(const PeerId& peer, Known known, Change& change);
  void remove(std::map<PeerId, Known>::iterator known, Change& change);
  void make_room(Change& change);
  [[nodiscard]] std::size_t told_by(const PeerId& teller) const;

  PeerId self_;
  std::map<PeerId, Known> known_;
};

}  // namespace tessera::shell
