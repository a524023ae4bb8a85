#include <tessera/storage/internal/record_update.h>
#include <tessera/storage/rocks/internal/examination.h>
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/internal/pack.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace tessera::storage::rocks {
namespace {

/// Walks over a group's packs and notes what is wrong with them.
class LogExamination {
 public:
  LogExamination(const Database& database, const GroupView& view, ExaminedGroup& group,
                 std::vector<Damage>& damage)
      : database_(database),
        view_(view),
        group_(group),
        damage_(damage),
        from_(before_group(view.group)),
        behind_(behind_group(view.group)),
        bounds_{slice_of(from_), slice_of(behind_)},
        position_(database.walk(Family::log, bounds_)),
        next_(view.record.base.index + 1) {}

  void run() {
    position_->SeekForPrev(slice_of(pack_key(view_.group, next_)));
    if (!position_->Valid() && position_->status().ok()) {
      position_->SeekToFirst();
    }
    while (next_ <= view_.record.last.index) {
      if (!position_->Valid() && !position_->status().ok()) {
        if (!skip_unreadable()) {
          return;
        }
        continue;
      }
      const auto first = position_->Valid() ? first_of_pack(view_.group, position_->key())
                                            : std::optional<Index>();
      if (!first || *first > view_.record.last.index) {
        if (!after_damage_) {
          missing(view_.record.last.index);
        }
        return;
      }
      take(*first);
      position_->Next();
    }
  }

 private:
  void take(Index first) {
    if (first > next_ && !after_damage_) {
      missing(first - 1);
    }
    after_damage_ = false;
    next_ = std::max(next_, first);
    const auto entries = decode_pack({view_.group, view_.record.genesis}, first,
                                     Bytes::copy(view_of(position_->value())));
    if (!entries) {
      note(first, entries.error());
      after_damage_ = true;  // where this pack ends is not known
      next_ = first + 1;
      return;
    }
    for (const RawEntry& entry : *entries) {
      if (entry.position.index >= next_) {
        take(entry);
      }
    }
  }

  void take(const RawEntry& entry) {
    next_ = entry.position.index + 1;
    if (entry.position.index > view_.record.last.index) {
      note(entry.position.index, database_.damaged(of_entry(entry.position.index) +
                                                   " is stored, but the log ends before it"));
    } else if (entry.position.term != term_at(view_.record, entry.position.index)) {
      note(entry.position.index,
           database_.damaged(of_entry(entry.position.index) + " has another term than the log"));
    } else {
      ++group_.entries;
      group_.log_bytes += entry.size();
    }
  }

  /// Entries from the next one up to `last` are not there.
  void missing(Index last) {
    std::string what = of_entry(next_) + " is missing";
    if (last > next_) {
      what = "group " + view_.group.brief() + ": the entries " + std::to_string(next_.value()) +
             " to " + std::to_string(last.value()) + " are missing";
    }
    note(next_, database_.damaged(what));
    next_ = last + 1;
  }

  /// To the nearest pack behind that can be read. False if there is none.
  bool skip_unreadable() {
    note(next_, database_.read_error(position_->status())
                    .within("group " + view_.group.brief() + ": reading the log from index " +
                            std::to_string(next_.value()) + " on"));
    after_damage_ = true;
    for (std::uint64_t step = 1; step <= view_.record.last.index - next_; step *= 2) {
      position_->Seek(slice_of(pack_key(view_.group, next_ + step)));
      if (position_->Valid()) {
        return true;
      }
    }
    return false;
  }

  void note(Index index, Error check) {
    damage_.push_back({view_.group, index, std::nullopt, std::move(check)});
  }

  [[nodiscard]] std::string of_entry(Index index) const {
    return "group " + view_.group.brief() + ": the entry at index " + std::to_string(index.value());
  }

  const Database& database_;
  GroupView view_;
  ExaminedGroup& group_;
  std::vector<Damage>& damage_;
  std::string from_;
  std::string behind_;
  Database::Bounds bounds_;
  std::unique_ptr<rocksdb::Iterator> position_;
  Index next_;                 ///< the first entry that has not been accounted for
  bool after_damage_ = false;  ///< what lies between it and the pack here is known to be damaged
};

[[nodiscard]] ExaminedSnapshot examine_snapshot(SnapshotStore& snapshots, GroupId group,
                                                SnapshotId id, std::vector<Damage>& damage) {
  ExaminedSnapshot examined;
  examined.id = id;
  auto stored = snapshots.find(group, id);
  if (!stored) {
    damage.push_back({group, std::nullopt, SnapshotPart{id, 0}, std::move(stored).error()});
    return examined;
  }
  examined.stored = *std::move(stored);
  for (std::uint32_t number = 1; number <= examined.stored->manifest.parts; ++number) {
    const SnapshotPart part{id, number};
    auto held = examined.stored->complete ? required_part(snapshots, group, part)
                                          : snapshots.part(group, part);
    if (held) {
      ++examined.parts_sound;
      examined.bytes += held->size();
    } else if (!held.error().is(Errc::not_found)) {
      damage.push_back({group, std::nullopt, part, std::move(held).error()});
    }
  }
  return examined;
}

}  // namespace

void examine_log(const Database& database, const GroupView& view, ExaminedGroup& group,
                 std::vector<Damage>& damage) {
  LogExamination(database, view, group, damage).run();
}

void examine_snapshots(SnapshotStore& snapshots, const GroupRecord* record, ExaminedGroup& group,
                       std::vector<Damage>& damage) {
  const auto ids = snapshots.held(group.group);
  if (!ids) {
    damage.push_back({group.group, std::nullopt, SnapshotPart{}, ids.error()});
    return;
  }
  for (const SnapshotId id : *ids) {
    group.snapshots.push_back(examine_snapshot(snapshots, group.group, id, damage));
  }
  if (record == nullptr || !record->snapshot) {
    return;
  }
  const auto in_force =
      std::ranges::find(group.snapshots, record->snapshot->id, &ExaminedSnapshot::id);
  const std::string name = name_of({record->snapshot->id, 0}) + " of group " + group.group.brief() +
                           ", which is in force, ";
  if (in_force == group.snapshots.end()) {
    damage.push_back({group.group, std::nullopt, SnapshotPart{record->snapshot->id, 0},
                      Error(Errc::damaged, name + "is missing")});
    return;
  }
  in_force->in_force = true;
  if (in_force->stored && !in_force->stored->complete) {
    damage.push_back({group.group, std::nullopt, SnapshotPart{record->snapshot->id, 0},
                      Error(Errc::damaged, name + "is not complete")});
  }
}

}  // namespace tessera::storage::rocks
