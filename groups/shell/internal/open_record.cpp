#include <tessera/groups/shell/internal/open_record.h>
#include <tessera/primitives/codec.h>
#include <tessera/primitives/random.h>

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

namespace tessera::shell {
namespace {

using storage::LogStore;

/// Under what name the node's records keep what was found damaged in a group.
[[nodiscard]] std::string damage_record(GroupId group) { return "damage/" + group.hex(); }

/// The latest damage found; nothing if there was none, `damaged` if that is damaged itself.
[[nodiscard]] Result<std::optional<core::Damage>> noted_damage(storage::Store& store,
                                                               GroupId group) {
  auto kept = store.node_records().kept(damage_record(group));
  if (!kept) {
    if (kept.error().is(Errc::not_found)) {
      return std::optional<core::Damage>();
    }
    return std::move(kept).error();
  }
  auto damage = decode<core::Damage>(*kept);
  if (!damage) {
    return Error(Errc::damaged,
                 "the note of damage in group " + group.brief() + ": " + damage.error().message());
  }
  return std::optional<core::Damage>(*std::move(damage));
}

/// Entries looked back at most: a memory ring of short entries needs no more to serve a follower
/// that was away for a moment.
constexpr std::uint64_t recent_entries_max = 65'536;
constexpr std::size_t read_bytes = std::size_t{4} << 20;

[[nodiscard]] StorageId draw_storage_id() {
  UniqueId id = UniqueId::from("tessera/storage-id");
  for (int word = 0; word < 4; ++word) {
    id = id.derive(system_entropy());
  }
  return StorageId(id);
}

[[nodiscard]] Error missing(GroupId group, Index index) {
  return {Errc::damaged, "group " + group.brief() + ": its log names entry " +
                             std::to_string(index.value()) + ", but the store does not hold it"};
}

[[nodiscard]] Result<std::vector<RawEntry>> read_landmarks(LogStore& log, GroupId group,
                                                           const storage::GroupRecord& record) {
  std::vector<RawEntry> entries;
  for (const storage::Landmark& landmark : record.landmarks) {
    auto read = log.read(group, {landmark.index, landmark.index, read_bytes});
    if (!read) {
      return std::move(read).error();
    }
    if (read->empty()) {
      return missing(group, landmark.index);
    }
    entries.push_back(std::move(read->front()));
  }
  return entries;
}

/// Reads the log from its end backwards, each entry once.
class RecentEntries {
 public:
  RecentEntries(LogStore& log, GroupId group, const storage::GroupRecord& record)
      : log_(log), group_(group), last_(record.last.index), next_(record.last.index + 1) {
    // What a start need not apply it need not read: followers that lack it are sent it from the
    // store. The last entry is always needed.
    const Index behind = record.snapshot ? record.snapshot->position.index + 1 : Index{1};
    first_ = std::max(
        {record.base.index + 1, std::min(behind, last_), last_ - (recent_entries_max - 1)});
  }

  [[nodiscard]] Result<std::vector<RawEntry>> read(std::size_t bytes_max) {
    std::uint64_t step = 16;
    while (next_ > first_ && bytes_ < bytes_max) {
      if (auto added = read_before(std::max(first_, next_ - step)); !added) {
        return std::move(added).error();
      }
      // As many as may still be wanted, going by the ones seen.
      const std::uint64_t average = bytes_ / kept_.size() + 1;
      step = std::clamp<std::uint64_t>((bytes_max - std::min(bytes_, bytes_max)) / average, 1,
                                       step * 4);
    }
    while (bytes_ > bytes_max && kept_.size() > 1) {
      bytes_ -= kept_.front().size();
      kept_.pop_front();
    }
    return std::vector<RawEntry>(std::make_move_iterator(kept_.begin()),
                                 std::make_move_iterator(kept_.end()));
  }

 private:
  /// The entries from `from` on, up to those that are kept.
  Result<void> read_before(Index from) {
    std::vector<RawEntry> stretch;
    for (Index at = from; at < next_;) {
      auto some = log_.read(group_, {at, next_ - 1, read_bytes});
      if (!some) {
        return std::move(some).error();
      }
      if (some->empty()) {
        return missing(group_, at);
      }
      at = some->back().position.index + 1;
      for (RawEntry& entry : *some) {
        bytes_ += entry.size();
        stretch.push_back(std::move(entry));
      }
    }
    kept_.insert(kept_.begin(), std::make_move_iterator(stretch.begin()),
                 std::make_move_iterator(stretch.end()));
    next_ = from;
    return {};
  }

  LogStore& log_;
  GroupId group_;
  Index last_;
  Index first_;  ///< nothing before it is wanted
  Index next_;   ///< the first entry that is kept
  std::size_t bytes_ = 0;
  std::deque<RawEntry> kept_;
};

/// The snapshot in force, and the newest one that a session had begun to put together.
[[nodiscard]] Result<void> find_snapshots(storage::SnapshotStore& store, GroupId group,
                                          core::CoreRecord& opened) {
  const auto ids = store.held(group);
  if (!ids) {
    return ids.error();
  }
  const auto& in_force = opened.record.snapshot;
  for (const storage::SnapshotId id : *ids) {
    auto found = store.find(group, id);
    const bool wanted = in_force && in_force->id == id;
    if (!found && wanted) {
      return std::move(found).error();
    }
    if (wanted) {
      opened.snapshot = core::KeptSnapshot{id, std::move(found->manifest)};
    } else if (found && found->manifest.parts != 0) {
      opened.staged = core::KeptSnapshot{id, std::move(found->manifest)};
    }
    opened.last_snapshot = id;
  }
  return {};
}

}  // namespace

Result<core::CoreRecord> open_record(storage::Store& store, GroupId group, std::size_t recent_max) {
  core::CoreRecord opened;
  auto record = store.log().open(group);
  if (!record) {
    return std::move(record).error();
  }
  opened.record = *std::move(record);
  if (opened.record.storage.is_none()) {
    opened.record.storage = draw_storage_id();
  }
  auto landmarks = read_landmarks(store.log(), group, opened.record);
  if (!landmarks) {
    return std::move(landmarks).error();
  }
  opened.landmarks = *std::move(landmarks);
  auto recent = RecentEntries(store.log(), group, opened.record).read(recent_max);
  if (!recent) {
    return std::move(recent).error();
  }
  opened.recent = *std::move(recent);
  if (auto found = find_snapshots(store.snapshots(), group, opened); !found) {
    return std::move(found).error();
  }
  return opened;
}

bool is_damage(const Error& error) { return error.is(Errc::damaged) || error.is(Errc::foreign); }

Result<core::Damage> note_damage(storage::Store& store, GroupId group, const Error& reason) {
  core::Damage damage;
  while (damage.number == 0) {
    damage.number = system_entropy();
  }
  damage.reason = reason.message();
  if (const auto before = noted_damage(store, group); before && *before) {
    damage.genesis = (*before)->genesis;
  }
  const auto record = store.log().open(group);
  // A founding of which nothing but the first entry is held may have been given up by the others.
  if (record && (record->last.index > Index{1} || record->base.index > Index{})) {
    damage.genesis = record->genesis;
  }
  auto kept = store.node_records().keep(damage_record(group), encode(damage));
  if (!kept) {
    return std::move(kept).error();
  }
  return damage;
}

Result<core::CoreRecord> open_group(storage::Store& store, GroupId group, std::size_t recent_max,
                                    CatchUpStrategy& strategy, const RestoreProgress& progress) {
  auto noted = noted_damage(store, group);
  auto opened =
      noted ? open_record(store, group, recent_max) : Result<core::CoreRecord>(noted.error());
  if (opened && opened->snapshot) {
    auto restored = restore_machine(store, group, *opened->snapshot, strategy, progress);
    if (!restored) {
      opened = std::move(restored).error().within("restoring the snapshot");
    }
  }
  if (opened) {
    opened->damage = *std::move(noted);
    return opened;
  }
  if (!is_damage(opened.error())) {
    return opened;
  }
  auto damage = note_damage(store, group, opened.error());
  if (!damage) {
    return std::move(damage).error();
  }
  core::CoreRecord fresh;
  fresh.record.storage = draw_storage_id();
  fresh.damage = *std::move(damage);
  return fresh;
}

Result<void> restore_machine(storage::Store& store, GroupId group,
                             const core::KeptSnapshot& snapshot, CatchUpStrategy& strategy,
                             const RestoreProgress& progress) {
  if (!strategy.saves()) {
    return {Errc::not_allowed, "group " + group.brief() +
                                   ": it begins with a snapshot, but the machine's strategy has no "
                                   "save and restore"};
  }
  auto writer = strategy.write_state(snapshot.manifest.contents);
  if (!writer) {
    return std::move(writer).error();
  }
  RestoreStatus restored;
  restored.parts_total = snapshot.manifest.parts;
  for (std::uint32_t number = 1; number <= snapshot.manifest.parts; ++number) {
    const auto part = storage::required_part(store.snapshots(), group, {snapshot.id, number});
    if (!part) {
      return part.error();
    }
    if (auto added = (*writer)->add(*part); !added) {
      return std::move(added).error().within("restoring " +
                                             storage::name_of({snapshot.id, number}));
    }
    ++restored.parts_done;
    restored.bytes += part->size();
    progress(restored);
  }
  return (*writer)->finish();
}

}  // namespace tessera::shell
