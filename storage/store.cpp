#include <tessera/storage/store.h>

namespace tessera::storage {

std::string name_of(const SnapshotPart& part) {
  const std::string snapshot = "snapshot " + std::to_string(part.snapshot.value());
  return part.number == 0 ? snapshot : "part " + std::to_string(part.number) + " of " + snapshot;
}

Result<Bytes> required_part(SnapshotStore& store, GroupId group, const SnapshotPart& part) {
  auto data = store.part(group, part);
  if (!data && data.error().is(Errc::not_found)) {
    return Error(Errc::damaged, data.error().message());
  }
  return data;
}

}  // namespace tessera::storage
