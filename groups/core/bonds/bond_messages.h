#pragma once

#include <tessera/groups/core/bonds/link_bonds.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

/// What the two ends of a link say to each other to make and end bonds. Plain values.
namespace tessera::core {

/// Step 1: the sender's tags, and decoys among them.
struct BondTags {
  std::set<UniqueId> tags;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(tags);
  }
};

/// Step 2: the sender has the key of which the receiver sent `tag`.
struct BondProof {
  UniqueId tag;
  UniqueId proof;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(tag, proof);
  }
};

/// Step 3: groups of that key, each under a new slot of the sender's.
struct BondOffers {
  struct Offer {
    Slot slot = 0;
    std::vector<UniqueId> components;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(slot, components);
    }
  };
  UniqueId tag;
  std::vector<Offer> offers;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(tag, offers);
  }
};

/// The two names of a bond, as the sender of a message sees them.
struct BondSlots {
  Slot sender = 0;
  Slot receiver = 0;
  bool operator==(const BondSlots&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(sender, receiver);
  }
};

/// Step 4: what the sender states of itself.
struct BondStatement {
  BondSlots slots;
  Bytes hello;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(slots, hello);
  }
};

/// The sender's slot is no longer good; nor is the receiver's, if one is named.
struct BondEnd {
  Slot sender = 0;
  std::optional<Slot> receiver;
  std::int32_t code = 0;  ///< of `Errc`
  std::string message;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(sender, receiver, code, message);
  }
};

using BondMessage = std::variant<BondTags, BondProof, BondOffers, BondStatement, BondEnd>;

[[nodiscard]] Bytes encode_bond_message(const BondMessage& message);
/// `malformed` if `payload` is none.
[[nodiscard]] Result<BondMessage> decode_bond_message(const Bytes& payload);

}  // namespace tessera::core
