#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/groups/durability.h>
#include <tessera/groups/genesis.h>
#include <tessera/groups/group_key.h>
#include <tessera/groups/leadership.h>
#include <tessera/groups/machine_port.h>
#include <tessera/groups/settings.h>
#include <tessera/runtime/group_handle.h>
#include <tessera/statesync/observer.h>

#include <memory>
#include <typeindex>

/// From the builder to the node, without types.
namespace tessera::runtime {

/// What the builder has been told.
struct Joining {
  Joining(std::shared_ptr<NetworkState> where, GroupKey secret)
      : network(std::move(where)), key(std::move(secret)) {}

  std::shared_ptr<NetworkState> network;
  GroupKey key;
  Genesis genesis = Genesis::expect(3);
  GroupSettings settings;
  Durability durability = Durability::fsync;
  LeadershipPreference leadership;
  /// What goes with the machine, if anything: handles of one member share that of the first join.
  std::shared_ptr<void> view;
};

/// Tells the network's operator where a strategy or its peers do what they should not.
[[nodiscard]] SyncObserver sync_observer(const NetworkState& network);

struct Signatures {
  UniqueId machine;
  UniqueId state_sync;
};

/// Joins the group. `owner` keeps both ports alive. The handle holds the adapter and the view that
/// are really in use: those of the first join.
[[nodiscard]] GroupHandle join(const Joining& joining, const Signatures& signatures,
                               std::type_index type, std::shared_ptr<void> owner,
                               MachinePort* machine, CatchUpStrategy* strategy);

}  // namespace tessera::runtime
