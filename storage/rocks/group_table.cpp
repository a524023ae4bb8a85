#include <tessera/storage/internal/record_update.h>
#include <tessera/storage/rocks/internal/group_table.h>
#include <tessera/storage/rocks/internal/keys.h>

#include <string>
#include <utility>

namespace tessera::storage::rocks {

Result<std::shared_ptr<const GroupRecord>> GroupTable::find(GroupId group) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = records_.find(group); found != records_.end()) {
    return found->second;
  }
  auto loaded = load(group);
  if (loaded && !(*loaded)->storage.is_none()) {
    records_.emplace(group, *loaded);
  }
  return loaded;
}

void GroupTable::set(GroupId group, std::shared_ptr<const GroupRecord> record) {
  const std::scoped_lock lock(mutex_);
  records_[group] = std::move(record);
}

void GroupTable::forget(GroupId group) {
  const std::scoped_lock lock(mutex_);
  records_.erase(group);
}

Result<std::vector<GroupId>> GroupTable::groups() const {
  const std::string from(positions_prefix);
  const std::string behind = from + std::string(UniqueId::size + 1, '\xff');
  const Database::Bounds bounds{slice_of(from), slice_of(behind)};
  std::vector<GroupId> held;
  const auto position = database_.walk(Family::meta, bounds);
  for (position->SeekToFirst(); position->Valid(); position->Next()) {
    const auto group = group_of_positions(position->key());
    if (!group) {
      return database_.damaged("a key of the group records is malformed");
    }
    held.push_back(*group);
  }
  if (!position->status().ok()) {
    return database_.read_error(position->status()).within("the groups held");
  }
  return held;
}

Result<std::shared_ptr<const GroupRecord>> GroupTable::load(GroupId group) const {
  const std::string name = "group " + group.brief();
  auto identity = database_.load<GroupIdentity>(Family::meta, identity_key(group),
                                                "the identity record of " + name);
  if (!identity) {
    return std::move(identity).error();
  }
  auto positions = database_.load<GroupPositions>(Family::meta, positions_key(group),
                                                  "the positions record of " + name);
  if (!positions) {
    return std::move(positions).error();
  }
  auto witness = database_.load<GroupWitness>(Family::meta, witness_key(group),
                                              "the witness record of " + name);
  if (!witness) {
    return std::move(witness).error();
  }
  if (!*identity && !*positions) {
    return std::make_shared<const GroupRecord>();
  }
  if (!*identity || !*positions) {
    return database_.damaged(std::string(*identity ? "the positions" : "the identity") +
                             " record of " + name + " is missing");
  }
  if ((*identity)->group != group || (*positions)->group != group ||
      (*identity)->storage != (*positions)->storage || (*identity)->storage.is_none()) {
    return database_.damaged("the records of " + name + " belong to another group or storage id");
  }
  if (*witness && (*witness)->group != group) {
    return database_.damaged("the witness record of " + name + " belongs to another group");
  }
  GroupRecord record{.storage = (*identity)->storage,
                     .genesis = (*identity)->genesis,
                     .founding = (*identity)->founding,
                     .witness = *witness ? std::move((*witness)->remembered) : Bytes(),
                     .hard = (*positions)->hard,
                     .base = (*positions)->base,
                     .last = (*positions)->last,
                     .runs = std::move((*positions)->runs),
                     .landmarks = std::move((*positions)->landmarks),
                     .snapshot = (*positions)->snapshot};
  if (!is_consistent(record)) {
    return database_.damaged("the positions record of " + name + " contradicts itself");
  }
  return std::make_shared<const GroupRecord>(std::move(record));
}

}  // namespace tessera::storage::rocks
