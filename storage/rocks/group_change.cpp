#include <tessera/primitives/check.h>
#include <tessera/storage/internal/record_update.h>
#include <tessera/storage/rocks/internal/group_change.h>
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/internal/pack.h>
#include <tessera/storage/rocks/internal/packs.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace tessera::storage::rocks {

GroupChange::GroupChange(GroupId group, std::shared_ptr<const GroupRecord> before)
    : group_(group), before_(std::move(before)), after_(*before_) {}

void GroupChange::fold(const GroupWrite& write) {
  update_record(after_, write);
  identity_changes_ |= write.storage || write.genesis || write.founding;
  witness_changes_ |= write.witness.has_value();
  if (write.reset) {
    staged_.clear();
    discards_all_ = true;
  }
  if (write.entries.empty()) {
    return;
  }
  const Index first = write.entries.front().position.index;
  while (!staged_.empty() && staged_.back().position.index >= first) {
    staged_.pop_back();
  }
  if (staged_.empty() && !discards_all_ && first <= before_->last.index) {
    cut_ = std::min(cut_.value_or(first), first);
  }
  staged_.insert(staged_.end(), write.entries.begin(), write.entries.end());
}

bool GroupChange::promises() const {
  const bool identity = after_.storage != before_->storage || after_.genesis != before_->genesis ||
                        after_.founding != before_->founding;
  return identity || after_.witness != before_->witness || after_.hard.term != before_->hard.term ||
         after_.hard.vote != before_->hard.vote;
}

Result<void> GroupChange::add_to(rocksdb::WriteBatch& batch, const Database& database) {
  check_invariants(after_);
  if (auto cut = cut_stored(batch, database); !cut) {
    return cut;
  }
  add_staged(batch, database);
  add_records(batch, database);
  return {};
}

Result<void> GroupChange::cut_stored(rocksdb::WriteBatch& batch, const Database& database) {
  rocksdb::ColumnFamilyHandle* log = database.family(Family::log);
  if (discards_all_ || (cut_ && *cut_ - 1 <= after_.base.index)) {
    must(batch.DeleteRange(log, slice_of(before_group(group_)), slice_of(behind_group(group_))));
    return {};
  }
  if (!cut_) {
    return {};
  }
  auto pack = find_pack(database, {group_, *before_}, *cut_ - 1);
  if (!pack) {
    return std::move(pack).error();
  }
  must(batch.DeleteRange(log, slice_of(pack_key(group_, *cut_)), slice_of(behind_group(group_))));
  if (pack->last() >= *cut_) {
    const auto kept = std::span(pack->entries).first(*cut_ - pack->first);
    must(batch.Put(log, slice_of(pack_key(group_, pack->first)),
                   slice_of(ByteView(encode_pack({group_, before_->genesis}, kept)))));
  }
  return {};
}

void GroupChange::add_staged(rocksdb::WriteBatch& batch, const Database& database) {
  const auto held = std::ranges::find_if(
      staged_, [&](const RawEntry& entry) { return entry.position.index > after_.base.index; });
  std::span<const RawEntry> rest(held, staged_.end());
  while (!rest.empty()) {
    const auto packed = rest.first(pack_length(rest));
    const Index first = packed.front().position.index;
    must(batch.Put(database.family(Family::log), slice_of(pack_key(group_, first)),
                   slice_of(ByteView(encode_pack({group_, after_.genesis}, packed)))));
    rest = rest.subspan(packed.size());
  }
}

void GroupChange::add_records(rocksdb::WriteBatch& batch, const Database& database) const {
  rocksdb::ColumnFamilyHandle* meta = database.family(Family::meta);
  if (identity_changes_) {
    const GroupIdentity identity{group_, after_.storage, after_.genesis, after_.founding};
    must(batch.Put(meta, slice_of(identity_key(group_)), slice_of(ByteView(sealed(identity)))));
  }
  if (witness_changes_) {
    const GroupWitness witness{group_, after_.witness};
    must(batch.Put(meta, slice_of(witness_key(group_)), slice_of(ByteView(sealed(witness)))));
  }
  const GroupPositions positions{.group = group_,
                                 .storage = after_.storage,
                                 .hard = after_.hard,
                                 .base = after_.base,
                                 .last = after_.last,
                                 .runs = after_.runs,
                                 .landmarks = after_.landmarks,
                                 .snapshot = after_.snapshot};
  must(batch.Put(meta, slice_of(positions_key(group_)), slice_of(ByteView(sealed(positions)))));
}

}  // namespace tessera::storage::rocks
