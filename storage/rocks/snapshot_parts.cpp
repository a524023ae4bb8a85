#include <tessera/primitives/check.h>
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/internal/meta_records.h>
#include <tessera/storage/rocks/internal/seal.h>
#include <tessera/storage/rocks/internal/snapshot_parts.h>

#include <algorithm>
#include <string>

namespace tessera::storage::rocks {
namespace {

/// What a crash may take of a snapshot that is being put together, and the size of its files.
constexpr std::size_t segment_bytes = std::size_t{4} << 20U;
/// Of all snapshots together: many groups may take one at the same time.
constexpr std::size_t open_bytes_max = std::size_t{16} << 20U;
/// What is not worth a file of its own.
constexpr std::size_t small_bytes = std::size_t{128} << 10U;

/// A part as it is stored: its name stands in front of the data, so that none is taken for another.
[[nodiscard]] std::vector<std::uint8_t> sealed_part(std::string_view name, ByteView data) {
  std::vector<std::uint8_t> stored(seal_size);
  stored.reserve(seal_size + name.size() + data.size());
  const ByteView front = as_bytes(name);
  stored.insert(stored.end(), front.begin(), front.end());
  stored.insert(stored.end(), data.begin(), data.end());
  seal(RecordKind::snapshot_chunk, stored);
  return stored;
}

/// The data in a part as it is stored; nothing if it is not as it was stored.
[[nodiscard]] std::optional<Bytes> unsealed_part(std::string_view name, const Bytes& stored) {
  const auto payload = unseal(RecordKind::snapshot_chunk, stored.view());
  if (!payload || payload->size() < name.size() || as_text(payload->first(name.size())) != name) {
    return std::nullopt;
  }
  return stored.slice({stored.size() - payload->size() + name.size()});
}

}  // namespace

SnapshotParts::~SnapshotParts() {
  // What cannot be written is fetched again by whoever wanted it.
  for (auto& [name, places] : places_) {
    rocksdb::WriteBatch batch;
    if (settle(batch, name.group, name.id) && batch.Count() > 0) {
      [[maybe_unused]] const auto done = database_.commit(batch, Database::Sync::now);
    }
  }
}

Result<void> SnapshotParts::put(GroupId group, const SnapshotPart& part, ByteView data) {
  if (auto ok = database_.usable(); !ok) {
    return ok;
  }
  const Name name{group, part.snapshot};
  Bytes stored(sealed_part(part_name(group, part), data));
  const std::scoped_lock lock(mutex_);
  const auto found = places(name);
  if (!found) {
    return found.error();
  }
  Segment& segment = (*found)->open;
  (*found)->of[part.number] = segment.first + static_cast<std::uint32_t>(segment.parts.size());
  segment.bytes += stored.size();
  segment.numbers.push_back(part.number);
  segment.parts.push_back(std::move(stored));
  if (segment.bytes > small_bytes) {
    if (auto written = write(name, segment); !written) {
      return written;
    }
  }
  if (segment.bytes >= segment_bytes) {
    return end(name, segment);
  }
  return keep_within_bounds();
}

Result<std::optional<Bytes>> SnapshotParts::read(GroupId group, const SnapshotPart& part) {
  const Name name{group, part.snapshot};
  std::uint32_t place = 0;
  std::optional<Bytes> stored;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = places(name);
    if (!found) {
      return found.error();
    }
    const auto known = (*found)->of.find(part.number);
    if (known == (*found)->of.end()) {
      return std::optional<Bytes>();
    }
    place = known->second;
    const Segment& open = (*found)->open;
    if (place >= open.first) {
      stored = open.parts.at(place - open.first);
    }
  }
  if (!stored) {
    auto read = database_.get(Family::snapshot, part_key(group, part.snapshot, place));
    if (!read) {
      return read.error().within(name_of(part) + " of group " + group.brief());
    }
    if (!*read) {
      return std::optional<Bytes>();
    }
    stored = Bytes(std::move(**read));
  }
  auto data = unsealed_part(part_name(group, part), *stored);
  if (!data) {
    return database_.damaged(name_of(part) + " of group " + group.brief() + " fails its checks");
  }
  return data;
}

Result<void> SnapshotParts::settle(rocksdb::WriteBatch& batch, GroupId group, SnapshotId id) {
  const std::scoped_lock lock(mutex_);
  const Name name{group, id};
  const auto found = places_.find(name);
  if (found == places_.end()) {
    return {};
  }
  Segment& segment = found->second.open;
  if (segment.file) {
    return end(name, segment);
  }
  for (std::size_t i = 0; i < segment.parts.size(); ++i) {
    const auto place = segment.first + static_cast<std::uint32_t>(i);
    must(batch.Put(database_.family(Family::snapshot), slice_of(part_key(group, id, place)),
                   slice_of(segment.parts[i].view())));
  }
  put_index(batch, name, segment);
  begin_next(segment);
  return {};
}

void SnapshotParts::forget(GroupId group, SnapshotId id) {
  const std::scoped_lock lock(mutex_);
  places_.erase(Name{group, id});
}

void SnapshotParts::forget(GroupId group) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(places_, [&](const auto& each) { return each.first.group == group; });
}

Result<SnapshotParts::Places*> SnapshotParts::places(const Name& name) {
  const auto known = places_.find(name);
  if (known != places_.end()) {
    return &known->second;
  }
  auto stored = stored_places(name);
  if (!stored) {
    return std::move(stored).error();
  }
  return &places_.emplace(name, *std::move(stored)).first->second;
}

Result<SnapshotParts::Places> SnapshotParts::stored_places(const Name& name) const {
  const std::string from = segment_key(name.group, name.id, 0);
  const std::string behind = part_key(name.group, name.id, 0);
  const Database::Bounds bounds{slice_of(from), slice_of(behind)};
  const auto position = database_.walk(Family::snapshot, bounds);
  Places places;
  for (position->SeekToFirst(); position->Valid(); position->Next()) {
    const auto segment = unsealed<SegmentRecord>(view_of(position->value()));
    if (!segment || segment->group != name.group || segment->id != name.id) {
      return database_.damaged("what is held of " + name_of({name.id, 0}) + " of group " +
                               name.group.brief() + " fails its checks");
    }
    std::uint32_t place = segment->first;
    for (const std::uint32_t number : segment->numbers) {
      places.of[number] = place++;
    }
    places.open.first = place;
  }
  if (!position->status().ok()) {
    return database_.read_error(position->status())
        .within("what is held of " + name_of({name.id, 0}) + " of group " + name.group.brief());
  }
  return places;
}

/// Parts into the segment's file, as far as they are not there.
Result<void> SnapshotParts::write(const Name& name, Segment& segment) {
  if (!segment.file) {
    segment.file = std::make_unique<SortedFile>(database_, database_.family(Family::snapshot));
  }
  for (; segment.written < segment.parts.size(); ++segment.written) {
    const auto place = segment.first + static_cast<std::uint32_t>(segment.written);
    auto added = segment.file->add(part_key(name.group, name.id, place),
                                   segment.parts[segment.written].view());
    if (!added) {
      return added;
    }
  }
  return {};
}

/// The file first: a record without its parts would promise what is not there.
Result<void> SnapshotParts::end(const Name& name, Segment& segment) {
  if (auto written = write(name, segment); !written) {
    return written;
  }
  if (auto taken = segment.file->take_in(); !taken) {
    return taken;
  }
  rocksdb::WriteBatch batch;
  put_index(batch, name, segment);
  begin_next(segment);
  return database_.commit(batch, Database::Sync::later);
}

void SnapshotParts::put_index(rocksdb::WriteBatch& batch, const Name& name,
                              const Segment& segment) {
  if (segment.numbers.empty()) {
    return;
  }
  const SegmentRecord record{name.group, name.id, segment.first, segment.numbers};
  must(batch.Put(database_.family(Family::snapshot),
                 slice_of(segment_key(name.group, name.id, segment.first)),
                 slice_of(ByteView(sealed(record)))));
}

void SnapshotParts::begin_next(Segment& segment) {
  Segment next;
  next.first = segment.first + static_cast<std::uint32_t>(segment.parts.size());
  segment = std::move(next);
}

Result<void> SnapshotParts::keep_within_bounds() {
  std::size_t bytes = 0;
  for (const auto& each : places_) {
    bytes += each.second.open.bytes;
  }
  if (bytes <= open_bytes_max) {
    return {};
  }
  const auto largest = std::ranges::max_element(
      places_, {}, [](const auto& each) { return each.second.open.bytes; });
  return end(largest->first, largest->second.open);
}

}  // namespace tessera::storage::rocks
