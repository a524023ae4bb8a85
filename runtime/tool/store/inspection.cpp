#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/founding/ledger.h>
#include <tessera/groups/core/witness/witness.h>
#include <tessera/runtime/tool/store/data_folder.h>
#include <tessera/runtime/tool/store/inspection.h>

#include <optional>
#include <utility>

namespace tessera::tool {
namespace {

using core::Configuration;
using storage::Damage;
using storage::ExaminedGroup;
using storage::GroupRecord;
using storage::Landmark;
using storage::StoppedStore;

/// Reads what the runtime itself keeps, beneath the checksums that the store has compared.
class GroupReading {
 public:
  GroupReading(StoppedStore& store, Inspection& inspection, const ExaminedGroup& group)
      : store_(store), inspection_(inspection), group_(group) {}

  void read() {
    for (const storage::ExaminedSnapshot& snapshot : group_.snapshots) read(snapshot);
    if (!group_.record) return;
    read_records(*group_.record);
    for (const Landmark& landmark : group_.record->landmarks) read(landmark);
  }

 private:
  void read(const storage::ExaminedSnapshot& snapshot) {
    // What is known of an unfinished one may be little.
    if (!snapshot.stored || !snapshot.stored->complete) return;
    const auto anchor = core::decode_anchor(snapshot.stored->manifest.anchor);
    const auto part = anchor ? core::decode_runtime_part(anchor->runtime()) : anchor.error();
    if (!part) {
      note({group_.group, std::nullopt, storage::SnapshotPart{snapshot.id, 0},
            part.error().within("the runtime's part of " + storage::name_of({snapshot.id, 0}))});
    } else if (snapshot.in_force) {
      inspection_.members[group_.group] = part->configuration;
    }
  }

  void read_records(const GroupRecord& record) {
    if (const auto& owner = inspection_.held.owner) {
      const auto founding =
          core::FoundingLedger::restore({*owner, record.storage}, record.founding);
      if (!founding) note({group_.group, std::nullopt, std::nullopt, founding.error()});
    }
    const auto witness = core::Witness::restore(record.witness);
    if (!witness) note({group_.group, std::nullopt, std::nullopt, witness.error()});
  }

  void read(const Landmark& landmark) {
    const auto entries = store_.log().read(group_.group, {landmark.index, landmark.index, 1});
    if (!entries || entries->empty()) return;  // named already
    const RawEntry& entry = entries->front();
    std::optional<Error> wrong;
    if (entry.kind != landmark.kind) {
      wrong = Error(Errc::damaged, "it is of another kind than the record says");
    } else if (entry.kind == EntryKind::membership) {
      wrong = take(core::decode_configuration(entry.data));
    } else if (entry.kind == EntryKind::genesis) {
      const auto proposal = core::decode_proposal(entry.data);
      wrong = take(proposal ? Result<Configuration>(proposal->members) : proposal.error());
    } else if (const auto settings = core::decode_settings(entry.data); !settings) {
      wrong = settings.error();
    }
    if (wrong) {
      note({group_.group, landmark.index, std::nullopt,
            wrong->within("the entry at " + entry.position.to_string())});
    }
  }

  [[nodiscard]] std::optional<Error> take(Result<Configuration> found) {
    if (!found) return found.error();
    inspection_.members[group_.group] = *std::move(found);
    return std::nullopt;
  }

  void note(Damage damage) {
    damage.check = damage.check.within("group " + group_.group.brief());
    inspection_.held.damage.push_back(std::move(damage));
  }

  StoppedStore& store_;
  Inspection& inspection_;
  const ExaminedGroup& group_;
};

}  // namespace

Result<Inspection> inspect_folder(const std::filesystem::path& folder) {
  Inspection inspection;
  const auto found = find_store_folder(folder);
  if (!found) return found.error();
  inspection.store = *found;
  auto store = storage::open_stopped_store(*found);
  std::optional<Error> log_damage;
  if (!store && store.error().is(Errc::damaged)) {
    log_damage = store.error();
    store = storage::open_stopped_store(*found, storage::DamagedLog::skipped);
    if (!store) return *log_damage;
  }
  if (!store) return store.error();
  auto held = (*store)->examine();
  if (!held) return std::move(held).error();
  inspection.held = *std::move(held);
  if (log_damage) {
    inspection.held.damage.insert(inspection.held.damage.begin(),
                                  {std::nullopt, std::nullopt, std::nullopt, *log_damage});
  }
  for (const ExaminedGroup& group : inspection.held.groups) {
    GroupReading(**store, inspection, group).read();
  }
  return inspection;
}

}  // namespace tessera::tool
