#pragma once

#include <tessera/primitives/unique_id.h>

#include <ostream>

/// Ids that cannot be mistaken for one another.
namespace tessera {

/// A `UniqueId` that names one kind of thing, told apart by `Tag`.
template <class Tag>
class TaggedId {
 public:
  constexpr TaggedId() = default;
  constexpr explicit TaggedId(const UniqueId& id) : id_(id) {}

  [[nodiscard]] const UniqueId& id() const { return id_; }
  [[nodiscard]] ByteView view() const { return id_.view(); }
  [[nodiscard]] bool is_none() const { return id_.is_none(); }
  [[nodiscard]] std::string hex() const { return id_.hex(); }
  [[nodiscard]] std::string brief() const { return id_.brief(); }

  auto operator<=>(const TaggedId&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(id_);
  }

 private:
  UniqueId id_;
};

template <class Tag>
std::ostream& operator<<(std::ostream& out, const TaggedId<Tag>& id) {
  return out << id.id();
}

using PeerId = TaggedId<struct PeerTag>;        ///< a node: its Ed25519 public key
using NetworkId = TaggedId<struct NetworkTag>;  ///< BLAKE2b-256 of the network's name
using GroupId = TaggedId<struct GroupTag>;      ///< see groups/group_id.h
using StorageId = TaggedId<struct StorageTag>;  ///< one (store, group): random, dies with the data
using GenesisId = TaggedId<struct GenesisTag>;  ///< one founding: the digest of its first log entry

}  // namespace tessera
