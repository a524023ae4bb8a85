#include <tessera/storage/internal/record_update.h>
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/internal/pack.h>
#include <tessera/storage/rocks/internal/packs.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace tessera::storage::rocks {
namespace {

/// Walks over a group's packs from the one that may hold a given entry.
class PackWalk {
 public:
  PackWalk(const Database& database, const GroupView& view)
      : database_(database),
        view_(view),
        from_(before_group(view.group)),
        behind_(behind_group(view.group)),
        bounds_{slice_of(from_), slice_of(behind_)},
        position_(database.walk(Family::log, bounds_)) {}

  /// To the last pack that begins at `index` or before it.
  void seek(Index index) { position_->SeekForPrev(slice_of(pack_key(view_.group, index))); }

  void next() { position_->Next(); }

  /// The pack here, which must hold the entry `index`.
  [[nodiscard]] Result<StoredPack> pack_with(Index index) const {
    if (!position_->Valid()) {
      return position_->status().ok() ? missing(index) : unreadable(index);
    }
    const auto first = first_of_pack(view_.group, position_->key());
    if (!first || *first > index) {
      return missing(index);
    }
    auto entries = decode_pack({view_.group, view_.record.genesis}, *first,
                               Bytes::copy(view_of(position_->value())));
    if (!entries) {
      return entries.error().within("the store in '" + database_.path().string() + "'");
    }
    StoredPack pack{*first, *std::move(entries)};
    if (pack.last() < index) {
      return missing(index);
    }
    return pack;
  }

  [[nodiscard]] Error damaged(Index index, std::string_view how) const {
    return database_.damaged("group " + view_.group.brief() + ": the entry at index " +
                             std::to_string(index.value()) + " " + std::string(how));
  }

 private:
  [[nodiscard]] Error missing(Index index) const { return damaged(index, "is missing"); }
  [[nodiscard]] Error unreadable(Index index) const {
    return database_.read_error(position_->status())
        .within("group " + view_.group.brief() + ": the entry at index " +
                std::to_string(index.value()));
  }

  const Database& database_;
  GroupView view_;
  std::string from_;
  std::string behind_;
  Database::Bounds bounds_;
  std::unique_ptr<rocksdb::Iterator> position_;
};

}  // namespace

Result<StoredPack> find_pack(const Database& database, const GroupView& view, Index index) {
  PackWalk walk(database, view);
  walk.seek(index);
  auto pack = walk.pack_with(index);
  if (pack && pack->last() > view.record.last.index) {
    return walk.damaged(pack->last(), "is stored, but the log ends before it");
  }
  if (pack && pack->entries[index - pack->first].position.term != term_at(view.record, index)) {
    return walk.damaged(index, "has another term than the log");
  }
  return pack;
}

Result<Index> first_of_pack_with(const Database& database, GroupId group, Index index) {
  const std::string from = before_group(group);
  const std::string behind = behind_group(group);
  const Database::Bounds bounds{slice_of(from), slice_of(behind)};
  const auto position = database.walk(Family::log, bounds);
  position->SeekForPrev(slice_of(pack_key(group, index)));
  if (!position->Valid()) {
    if (!position->status().ok()) {
      return database.read_error(position->status()).within("group " + group.brief());
    }
    return Index();
  }
  return first_of_pack(group, position->key()).value_or(Index());
}

Result<std::vector<RawEntry>> read_packs(const Database& database, const GroupView& view,
                                         const LogStore::ReadRange& range) {
  std::vector<RawEntry> read;
  const Index upto = std::min(range.upto, view.record.last.index);
  if (range.from <= view.record.base.index || range.from > upto) {
    return read;
  }
  PackWalk walk(database, view);
  walk.seek(range.from);
  std::size_t bytes = 0;
  for (Index next = range.from; next <= upto; walk.next()) {
    auto pack = walk.pack_with(next);
    if (!pack) {
      return std::move(pack).error();
    }
    for (std::size_t i = next - pack->first; i < pack->entries.size() && next <= upto; ++i) {
      RawEntry& entry = pack->entries[i];
      if (entry.position.term != term_at(view.record, next)) {
        return walk.damaged(next, "has another term than the log");
      }
      bytes += entry.size();
      if (bytes > range.bytes_max && !read.empty()) {
        return read;
      }
      read.push_back(std::move(entry));
      ++next;
    }
  }
  return read;
}

}  // namespace tessera::storage::rocks
