#pragma once

#include <tessera/groups/group_id.h>
#include <tessera/groups/group_key.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/error.h>
#include <tessera/primitives/ids.h>
#include <tessera/primitives/result.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

/// How two linked nodes find the groups they share and prove it (network.md, "Bonds").
namespace tessera::core {

/// Which side of the link this end is; both ends agree.
enum class LinkRole : std::uint8_t { dialler = 0, listener = 1 };

struct LinkEnds {
  LinkRole role = LinkRole::dialler;
  /// The handshake hash: every proof is good for this link only.
  UniqueId binding;
  PeerId self;
  PeerId peer;
  /// Makes the decoys among the tags; from the operating system in production.
  std::uint64_t seed = 0;
};

/// The name of one bond within a link, given by the member that receives under it; never reused.
using Slot = std::uint32_t;

/// Call `state_hello`: the peer shares the whole group id and wants to hear of this member.
struct HelloWanted {
  GroupId group;
};

/// The bond stands: messages may be sent and arrive.
struct Bonded {
  GroupId group;
  Slot receive_slot = 0;  ///< on frames that arrive
  Slot send_slot = 0;     ///< on frames to the peer
  Bytes hello;            ///< the peer's
};

/// A bond has ended, or was refused before it stood.
struct Unbonded {
  GroupId group;
  Error reason;
  bool by_peer = false;
  bool stood = false;  ///< `Bonded` was reported before
};

/// The peer has the key, and a group that is not the same: these parts of the id differ. Both
/// sides report it. With several groups of one key it is said of those that found no counterpart;
/// a later `Bonded` takes it back.
struct GroupMismatch {
  GroupId group;
  std::vector<GroupComponent> differing;  ///< with this side's values

  /// For people: names each part and this side's value.
  [[nodiscard]] std::string explanation() const;
};

/// The peer has sent its tags, and none is of this group's key. It may still send more.
struct KeyUnmatched {
  GroupId group;
};

using BondEvent = std::variant<HelloWanted, Bonded, Unbonded, GroupMismatch, KeyUnmatched>;

struct LinkBondsOutput {
  std::vector<Bytes> payloads;  ///< to send on the control lane, in this order
  std::vector<BondEvent> events;
};

/// All bonds over one link, of all groups. A pure step machine.
///
/// Owned by whoever owns the link, called from one strand, dies with the link: proofs and slots
/// are never carried over. Groups may come and go while the link is up.
class LinkBonds {
 public:
  explicit LinkBonds(LinkEnds ends);
  ~LinkBonds();
  LinkBonds(const LinkBonds&) = delete;
  LinkBonds& operator=(const LinkBonds&) = delete;

  /// Sends the first tags, those of the groups added so far. Call once; the other calls may come
  /// before and after.
  void start();

  /// Looks for the group with this secret and these components at the peer. Each group once.
  void add_group(const GroupSecret& secret, const GroupComponents& components);
  /// The group is left, closed or gone; ends its bond and tells the peer why.
  void remove_group(const GroupId& group, const Error& reason);

  /// What this member states of itself, at most `hello_max` bytes; after each `HelloWanted`.
  /// Ignored if no bond waits for it. Whoever changes what it would state calls `rebond` after it.
  void state_hello(const GroupId& group, const Bytes& hello);
  static constexpr std::size_t hello_max = 16U << 10U;

  /// Ends or refuses the bond, and tells the peer why. The group stays added: the bond is made
  /// again when the peer offers the group anew, or after `rebond`.
  void unbond(const GroupId& group, const Error& reason);
  /// Ends the bond, if it stands, and makes it anew, with new slots and new hellos.
  void rebond(const GroupId& group, const Error& reason);

  /// A payload of the peer. An error means that the peer breaks the protocol: close the link
  /// (`malformed`, `too_large`, `handshake_failed`). Nothing may be called then.
  Result<void> receive(const Bytes& payload);

  /// For whom a frame with `slot` is.
  enum class SlotState : std::uint8_t {
    bonded,   ///< for `group`
    idle,     ///< its bond has ended or does not stand yet: drop the frame
    unknown,  ///< this end never named it: the peer breaks the protocol
  };
  struct SlotUse {
    SlotState state = SlotState::unknown;
    GroupId group;
  };
  [[nodiscard]] SlotUse find(Slot slot) const;

  /// The peer has proven the key of `group`.
  [[nodiscard]] bool key_proven(const GroupId& group) const;

  [[nodiscard]] LinkBondsOutput take_output();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace tessera::core
