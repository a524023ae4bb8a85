#pragma once

/// The whole public interface of tessera. Each part also has its own header.

#include <tessera/groups/anchor.h>
#include <tessera/groups/apply_context.h>
#include <tessera/groups/consistency.h>
#include <tessera/groups/durability.h>
#include <tessera/groups/genesis.h>
#include <tessera/groups/group_key.h>
#include <tessera/groups/leadership.h>
#include <tessera/groups/settings.h>
#include <tessera/groups/state_machine.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/codec.h>
#include <tessera/primitives/error.h>
#include <tessera/primitives/ids.h>
#include <tessera/primitives/result.h>
#include <tessera/primitives/time.h>
#include <tessera/runtime/admin.h>
#include <tessera/runtime/collections/map.h>
#include <tessera/runtime/conditions.h>
#include <tessera/runtime/group.h>
#include <tessera/runtime/group_builder.h>
#include <tessera/runtime/group_status.h>
#include <tessera/runtime/network.h>
#include <tessera/runtime/network_config.h>
#include <tessera/runtime/watch.h>
#include <tessera/runtime/within.h>
#include <tessera/statesync/adaptive.h>
#include <tessera/statesync/diff_sync.h>
#include <tessera/statesync/keyed_state.h>
#include <tessera/statesync/log_replay.h>
#include <tessera/statesync/snapshot_sync.h>
#include <tessera/statesync/state_sync.h>
#include <tessera/statesync/sync_gap.h>
#include <tessera/storage/cursor.h>
