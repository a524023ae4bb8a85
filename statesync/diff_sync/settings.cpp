#include <tessera/primitives/check.h>
#include <tessera/primitives/codec.h>
#include <tessera/statesync/diff_sync/message.h>
#include <tessera/statesync/diff_sync/settings.h>

#include <string_view>

namespace tessera::diff_sync {

void Settings::check_bounds() const {
  check(history_max > 0, "DiffSync: the history must reach back one update at least");
  check(portion_bytes >= portion_bytes_min && portion_bytes <= portion_bytes_max,
        "DiffSync: portion_bytes must be from 1 KiB to 8 MiB");
  check(diff_bytes_max >= portion_bytes, "DiffSync: diff_bytes_max must be at least portion_bytes");
  snapshots.check_bounds();
}

UniqueId Settings::signature() const {
  constexpr std::string_view format = "tessera/diff-sync/1";
  return UniqueId::from(format)
      .derive(history_max)
      .derive(static_cast<std::uint64_t>(portion_bytes))
      .derive(snapshots.signature());
}

Bytes snapshot_prefix() {
  const snapshot_sync::Message inner;
  const Bytes whole = encode(Message(inner));
  return whole.slice({0, whole.size() - encode(inner).size()});
}

}  // namespace tessera::diff_sync
