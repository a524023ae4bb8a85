#pragma once

#include <tessera/groups/core/bonds/bond_messages.h>
#include <tessera/groups/core/bonds/bond_proofs.h>
#include <tessera/groups/core/bonds/link_bonds.h>

#include <map>
#include <optional>
#include <set>
#include <vector>

/// The inside of `LinkBonds`. Steps 1 and 2 are made for each key, 3 and 4 for each group: several
/// groups may share a key.
///
/// In two files: state.cpp (what this end does) and receive.cpp (what the peer says). Owned by
/// `LinkBonds`.
namespace tessera::core {

class LinkBonds::State {
 public:
  explicit State(const LinkEnds& link) : link_(link), decoys_(link) {}

  void start();
  void add_group(const GroupSecret& secret, const GroupComponents& components);
  void remove_group(const GroupId& group, const Error& reason);
  void state_hello(const GroupId& id, const Bytes& hello);
  void unbond(const GroupId& group, const Error& reason);
  void rebond(const GroupId& group, const Error& reason);
  Result<void> receive(const Bytes& payload);
  [[nodiscard]] SlotUse find(Slot slot) const;
  [[nodiscard]] bool key_proven(const GroupId& group) const;
  [[nodiscard]] LinkBondsOutput take_output();

 private:
  /// A key's digest names it. Kept until the link ends, so that a group which comes back goes
  /// straight to step 3.
  using KeyName = UniqueId;
  struct Key {
    GroupSecret secret;
    UniqueId own_tag;
    UniqueId peer_tag;
    bool proof_sent = false;  // the peer has sent its tag
    bool peer_proven = false;
  };
  struct Group {
    KeyName key;
    GroupComponents components;
    std::vector<UniqueId> own_proofs;
    std::vector<UniqueId> peer_proofs;
    // Of the bond being made or standing:
    std::optional<Slot> slot;       // this end's, offered and not ended
    std::optional<Slot> peer_slot;  // the peer's of the same group
    bool hello_sent = false;
    std::optional<Bytes> peer_hello;
    std::vector<std::string_view> differing;  // as last reported
    bool unmatched_reported = false;

    [[nodiscard]] bool bonded() const { return hello_sent && peer_hello.has_value(); }
  };
  struct PeerOffer {
    KeyName key;
    std::vector<UniqueId> components;
    bool paired = false;
  };

  // state.cpp
  void send_tags(std::set<UniqueId> tags);
  void match_tag(const KeyName& name);
  void offer(const KeyName& name, const std::vector<GroupId>& groups);
  [[nodiscard]] Result<void> pair(const KeyName& name);
  void report_mismatches(const KeyName& name);
  void stand_if_agreed(const GroupId& id);
  void end_bond(const GroupId& id, const Error& reason, bool by_peer);
  void send(const BondMessage& message);
  /// Apart from its callers: g++ 12 takes the variant it moves for uninitialised otherwise.
  void report(BondEvent event);

  // receive.cpp
  Result<void> on(const BondTags& message);
  Result<void> on(const BondProof& message);
  Result<void> on(const BondOffers& message);
  Result<void> on(const BondStatement& message);
  Result<void> on(const BondEnd& message);
  [[nodiscard]] std::map<KeyName, Key>::iterator key_of_tag(const UniqueId& own_tag);

  static constexpr std::size_t payload_max = 256U << 10U;
  static constexpr std::size_t tags_step = 16;
  static constexpr std::size_t tags_message_max = 1024;
  static constexpr std::size_t tags_max = 4096;  // of the peer, decoys included
  static constexpr std::size_t offers_message_max = 256;
  static constexpr std::size_t offers_max = 1024;  // of the peer, not ended
  static constexpr std::size_t reason_max = 512;   // characters

  LinkEnds link_;
  Decoys decoys_;
  bool started_ = false;
  std::map<KeyName, Key> keys_;
  std::map<GroupId, Group> groups_;
  std::map<Slot, GroupId> slots_;  // this end's, not ended
  Slot last_slot_ = 0;
  std::set<UniqueId> peer_tags_;
  std::map<Slot, PeerOffer> peer_offers_;  // not ended
  Slot last_peer_slot_ = 0;
  LinkBondsOutput output_;
};

}  // namespace tessera::core
