#include "store_model.h"

#include <algorithm>

namespace tessera::storage::testing {
namespace {

[[nodiscard]] bool is_landmark(EntryKind kind) {
  return kind == EntryKind::genesis || kind == EntryKind::membership || kind == EntryKind::settings;
}

[[nodiscard]] std::string name_of_group(GroupId group) { return "group " + group.brief(); }

/// What of the group's log and record is not as the model has it.
[[nodiscard]] std::string log_violation(Store& store, GroupId group, const ModelGroup* model) {
  const std::string name = name_of_group(group) + ": ";
  const auto record = store.log().open(group);
  if (!record) {
    return name + "cannot be opened: " + record.error().message();
  }
  const GroupRecord expected = model == nullptr ? GroupRecord{} : model->record();
  if (record->storage != expected.storage || record->genesis != expected.genesis) {
    return name + "has another identity";
  }
  if (record->hard != expected.hard) {
    return name + "has the term " + std::to_string(record->hard.term.value()) + " instead of " +
           std::to_string(expected.hard.term.value()) + ", or another vote or commit index";
  }
  if (record->base != expected.base || record->last != expected.last) {
    return name + "holds " + record->base.to_string() + " to " + record->last.to_string() +
           " instead of " + expected.base.to_string() + " to " + expected.last.to_string();
  }
  if (record->runs != expected.runs || record->landmarks != expected.landmarks ||
      record->snapshot != expected.snapshot) {
    return name + "has other runs, landmarks or another snapshot in force";
  }
  if (model == nullptr || model->entries.empty()) {
    return {};
  }
  const auto entries =
      store.log().read(group, {record->base.index + 1, record->last.index, SIZE_MAX});
  if (!entries) {
    return name + "cannot be read: " + entries.error().message();
  }
  return *entries == model->entries ? std::string() : name + "holds other entries";
}

/// What of a snapshot that is held is not as the model has it.
[[nodiscard]] std::string snapshot_violation(Store& store, GroupId group, SnapshotId id,
                                             const ModelSnapshot& model) {
  const std::string name = name_of_group(group) + ", snapshot " + std::to_string(id.value()) + ": ";
  const auto found = store.snapshots().find(group, id);
  if (!found) {
    return name + found.error().message();
  }
  if (found->complete != model.complete || found->manifest != model.manifest) {
    return name + "another manifest";
  }
  for (const auto& [number, data] : model.parts) {
    const auto part = store.snapshots().part(group, {id, number});
    if (!part && !(part.error().is(Errc::not_found) && !model.complete)) {
      return name + part.error().message();
    }
    if (part && part->text() != data) {
      return name + "part " + std::to_string(number) + " is another one";
    }
  }
  return {};
}

[[nodiscard]] std::string snapshots_violation(Store& store, GroupId group,
                                              const ModelGroup& model) {
  const auto& expected = model.snapshots;
  const auto held = store.snapshots().held(group);
  if (!held) {
    return held.error().message();
  }
  for (const SnapshotId id : *held) {
    const auto known = expected.find(id);
    if (known == expected.end()) {
      return name_of_group(group) + " holds snapshot " + std::to_string(id.value()) +
             ", which it should not";
    }
    auto wrong = snapshot_violation(store, group, id, known->second);
    if (!wrong.empty()) {
      return wrong;
    }
  }
  for (const auto& [id, snapshot] : expected) {
    if (std::ranges::find(*held, id) == held->end()) {
      return name_of_group(group) + " has lost snapshot " + std::to_string(id.value());
    }
  }
  return {};
}

[[nodiscard]] std::string model_violation(Store& store, const StoreModel& model) {
  const auto groups = store.log().groups();
  if (!groups) {
    return groups.error().message();
  }
  if (groups->size() != model.groups.size()) {
    return "holds " + std::to_string(groups->size()) + " groups instead of " +
           std::to_string(model.groups.size());
  }
  for (const auto& [group, held] : model.groups) {
    auto wrong = log_violation(store, group, held.get());
    if (wrong.empty()) {
      wrong = snapshots_violation(store, group, *held);
    }
    if (!wrong.empty()) {
      return wrong;
    }
  }
  return {};
}

}  // namespace

GroupRecord ModelGroup::record() const {
  GroupRecord record;
  record.storage = storage;
  record.genesis = genesis;
  record.hard = hard;
  record.base = base;
  record.last = last();
  record.snapshot = in_force;
  for (const RawEntry& entry : entries) {
    if (record.runs.empty() || record.runs.back().term != entry.position.term) {
      record.runs.push_back({entry.position.term, entry.position.index});
    }
    if (is_landmark(entry.kind)) {
      record.landmarks.push_back({entry.kind, entry.position.index});
    }
  }
  return record;
}

const ModelGroup* StoreModel::find(GroupId group) const {
  const auto found = groups.find(group);
  return found == groups.end() ? nullptr : found->second.get();
}

std::string violation(Store& store, const Allowed& allowed) {
  const auto kept = store.node_records().kept(node_record_name);
  if (!kept && !kept.error().is(Errc::not_found)) {
    return kept.error().message();
  }
  const std::string record = kept ? std::string(kept->text()) : "";
  if (!allowed.node_records.contains(record)) {
    return "the node's record is '" + record + "'";
  }
  std::string wrong;
  for (const StoreModel* model : allowed.models) {
    const std::string here = model_violation(store, *model);
    if (here.empty()) {
      return {};
    }
    wrong += wrong.empty() ? here : "; or " + here;
  }
  return wrong;
}

}  // namespace tessera::storage::testing
