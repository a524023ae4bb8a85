#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/groups/durability.h>
#include <tessera/groups/genesis.h>
#include <tessera/groups/group_key.h>
#include <tessera/groups/leadership.h>
#include <tessera/groups/machine_port.h>
#include <tessera/groups/settings.h>
#include <tessera/primitives/unique_id.h>

#include <memory>
#include <typeindex>
#include <typeinfo>

/// With what a member joins its group.
namespace tessera::shell {

struct JoinOptions {
  /// The machine and the strategy that serves it, alive for as long as the member. A pointer may
  /// share the ownership of a larger object. They are called on the member's strand only and
  /// released on whatever thread lets go of the member last.
  struct Ports {
    std::shared_ptr<MachinePort> machine;
    std::shared_ptr<CatchUpStrategy> strategy;
  };

  JoinOptions(GroupKey secret, Ports adapters)
      : key(std::move(secret)), ports(std::move(adapters)) {}

  GroupKey key;
  Ports ports;
  UniqueId machine_signature;
  UniqueId state_sync_signature;
  /// The machine's C++ type: a second join of the same group must bring the same.
  std::type_index machine_type = typeid(void);
  Genesis genesis = Genesis::expect(3);
  GroupSettings settings;
  /// What this member's store is to give; a node without a durable store gives `memory`.
  Durability durability = Durability::fsync;
  LeadershipPreference leadership;
};

}  // namespace tessera::shell
