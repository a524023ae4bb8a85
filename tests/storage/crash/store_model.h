#pragma once

#include "../store_words.h"
#include <tessera/storage/store.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// A store as simply as it can be kept, and whether a real one holds that. Values.
namespace tessera::storage::testing {

struct ModelSnapshot {
  SnapshotManifest manifest;
  bool complete = false;
  std::map<std::uint32_t, std::string> parts;
};

struct ModelGroup {
  StorageId storage;
  GenesisId genesis;
  HardState hard;
  Cursor base;
  std::vector<RawEntry> entries;
  std::optional<SnapshotRef> in_force;
  std::map<SnapshotId, ModelSnapshot> snapshots;

  [[nodiscard]] Cursor last() const { return entries.empty() ? base : entries.back().position; }
  [[nodiscard]] const RawEntry& entry(Index index) const { return entries[index - base.index - 1]; }
  /// The record that a store must have for it.
  [[nodiscard]] GroupRecord record() const;
};

struct StoreModel {
  /// Shared by the models of many moments.
  std::map<GroupId, std::shared_ptr<const ModelGroup>> groups;
  std::string node_record;

  [[nodiscard]] const ModelGroup* find(GroupId group) const;
};

/// What a store may hold after a crash.
struct Allowed {
  /// One of these, wholly: what was acknowledged, and that with what was under way.
  std::vector<const StoreModel*> models;
  /// What may be kept under the node's name; "": nothing.
  std::set<std::string> node_records;
};

/// The name under which the workload keeps a record.
inline constexpr std::string_view node_record_name = "workload";

/// What of `allowed` `store` breaks; empty if nothing.
[[nodiscard]] std::string violation(Store& store, const Allowed& allowed);

}  // namespace tessera::storage::testing
