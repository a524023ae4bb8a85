#include <tessera/groups/group_id.h>
#include <tessera/primitives/hash.h>

namespace tessera {
namespace {

GroupComponent named(std::string_view name, const UniqueId& id) {
  return {name, Hasher("tessera/group-component/1").add(name).add(id.view()).digest(), id.hex()};
}

GroupComponent named(std::string_view name, std::string_view text) {
  return {name, Hasher("tessera/group-component/1").add(name).add(text).digest(),
          std::string(text)};
}

}  // namespace

std::array<GroupComponent, GroupComponents::count> GroupComponents::list() const {
  return {named("protocol", protocol),
          named("network", network.id()),
          named("group key", key),
          named("state machine", machine),
          named("state-sync settings", state_sync),
          named("tickets", "none")};
}

GroupId GroupComponents::id() const {
  UniqueId chained = Hasher("tessera/group-id/1").digest();
  for (const GroupComponent& component : list()) {
    chained =
        Hasher("tessera/group-id/1").add(chained.view()).add(component.digest.view()).digest();
  }
  return GroupId(chained);
}

}  // namespace tessera
