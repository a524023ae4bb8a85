#include <tessera/groups/core/group_core.h>
#include <tessera/primitives/check.h>
#include <tessera/primitives/codec.h>
#include <tessera/statesync/snapshot_sync/message.h>
#include <tessera/statesync/snapshot_sync/settings.h>

#include <string_view>

namespace tessera::snapshot_sync {

static_assert(Settings::sent_part_bytes_max < core::CoreLimits{}.sync_message_max);

log_replay::Settings Settings::replay_within() {
  log_replay::Settings replay;
  replay.envelope = [](const log_replay::Message& message) { return encode(Message(message)); };
  return replay;
}

void Settings::check_bounds() const {
  check(part_bytes >= part_bytes_min && part_bytes <= part_bytes_max,
        "SnapshotSync: part_bytes must be from 1 KiB to 8 MiB");
  check(in_flight_bytes >= part_bytes, "SnapshotSync: in_flight_bytes must be at least part_bytes");
  check(request_timeout > Duration::zero(), "SnapshotSync: request_timeout must be positive");
  check(anchor_wait > Duration::zero(), "SnapshotSync: anchor_wait must be positive");
  check(lease > Duration::zero(), "SnapshotSync: lease must be positive");
  replay.check_bounds();
}

UniqueId Settings::signature() const {
  constexpr std::string_view format = "tessera/snapshot-sync/3";
  return UniqueId::from(format)
      .derive(static_cast<std::uint64_t>(part_bytes))
      .derive(replay.signature());
}

}  // namespace tessera::snapshot_sync
