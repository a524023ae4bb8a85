#include <tessera/primitives/check.h>
#include <tessera/primitives/codec.h>
#include <tessera/storage/rocks/internal/pack.h>
#include <tessera/storage/rocks/internal/seal.h>

#include <algorithm>
#include <exception>

namespace tessera::storage::rocks {
namespace {

constexpr std::size_t pack_bytes_max = std::size_t{64} << 10;

/// The least an entry takes: kind, time and length.
constexpr std::size_t entry_bytes_min = 3;

/// Small numbers of either sign as small numbers without one.
[[nodiscard]] std::uint64_t folded(std::int64_t number) {
  return (static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63);
}
[[nodiscard]] std::int64_t unfolded(std::uint64_t number) {
  return static_cast<std::int64_t>((number >> 1) ^ (~(number & 1) + 1));
}

/// The difference without overflow, whatever the two are.
[[nodiscard]] std::int64_t difference(LogTime later, LogTime earlier) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(later.count()) -
                                   static_cast<std::uint64_t>(earlier.count()));
}
[[nodiscard]] LogTime sum(LogTime time, std::int64_t step) {
  return LogTime(static_cast<std::int64_t>(static_cast<std::uint64_t>(time.count()) +
                                           static_cast<std::uint64_t>(step)));
}

/// The entries from the front on that share the first one's term.
[[nodiscard]] std::span<const RawEntry> run_of(std::span<const RawEntry> entries) {
  const Term term = entries.front().position.term;
  const auto end = std::find_if(entries.begin(), entries.end(), [term](const RawEntry& entry) {
    return entry.position.term != term;
  });
  return entries.first(static_cast<std::size_t>(end - entries.begin()));
}

[[nodiscard]] UniqueId::Array take_id(codec::ByteReader& reader) {
  UniqueId::Array id{};
  std::ranges::copy(reader.take(id.size()), id.begin());
  return id;
}

[[nodiscard]] std::string place(const PackOwner& owner, Index first) {
  return "group " + owner.group.brief() + ": the stored entries from index " +
         std::to_string(first.value());
}

/// What the reader finds; throws the codec's failure where it does not fit.
struct Contents {
  PackOwner owner;
  Index first;
  std::vector<RawEntry> entries;
};
[[nodiscard]] Contents take_contents(codec::ByteReader& reader) {
  Contents contents;
  contents.owner.group = GroupId(UniqueId(take_id(reader)));
  contents.owner.genesis = GenesisId(UniqueId(take_id(reader)));
  contents.first = Index(reader.number<std::uint64_t>());
  const std::size_t total =
      reader.count({.encoded_min = entry_bytes_min, .allocated = sizeof(RawEntry)});
  contents.entries.reserve(total);
  LogTime time{0};
  while (contents.entries.size() < total) {
    const Term term(reader.number<std::uint64_t>());
    const std::uint64_t length = reader.varint();
    if (length == 0 || length > total - contents.entries.size()) {
      reader.fail("a run of entries that is none");
    }
    for (std::uint64_t i = 0; i < length; ++i) {
      RawEntry entry;
      entry.position = Cursor{term, contents.first + contents.entries.size()};
      entry.kind = static_cast<EntryKind>(reader.number<std::uint8_t>());
      time = sum(time, unfolded(reader.varint()));
      entry.time = time;
      entry.data = reader.bytes();
      contents.entries.push_back(std::move(entry));
    }
  }
  return contents;
}

}  // namespace

std::size_t pack_length(std::span<const RawEntry> entries) {
  check(!entries.empty(), "a pack holds an entry");
  std::size_t bytes = entries.front().size();
  std::size_t length = 1;
  while (length < entries.size() && bytes + entries[length].size() <= pack_bytes_max) {
    bytes += entries[length].size();
    ++length;
  }
  return length;
}

std::vector<std::uint8_t> encode_pack(const PackOwner& owner, std::span<const RawEntry> entries) {
  check(!entries.empty(), "a pack holds an entry");
  std::vector<std::uint8_t> out(seal_size);
  codec::ByteWriter writer(out);
  writer.raw(owner.group.view());
  writer.raw(owner.genesis.view());
  writer.number(entries.front().position.index.value());
  writer.count({entries.size(), sizeof(RawEntry)});
  LogTime time{0};
  while (!entries.empty()) {
    const std::span<const RawEntry> run = run_of(entries);
    writer.number(run.front().position.term.value());
    writer.varint(run.size());
    for (const RawEntry& entry : run) {
      writer.number(static_cast<std::uint8_t>(entry.kind));
      writer.varint(folded(difference(entry.time, time)));
      time = entry.time;
      writer.count({entry.data.size(), 1});
      writer.raw(entry.data.view());
    }
    entries = entries.subspan(run.size());
  }
  const auto finished = writer.finish();
  check(finished.has_value(), "entries can be encoded");
  seal(RecordKind::pack, out);
  return out;
}

Result<std::vector<RawEntry>> decode_pack(const PackOwner& owner, Index first,
                                          const Bytes& stored) {
  if (!unseal(RecordKind::pack, stored.view())) {
    return Error(Errc::damaged, place(owner, first) + " fail their checksum");
  }
  const Bytes payload = stored.slice({.offset = seal_size});
  codec::ByteReader reader(payload, {});
  Contents contents;
  try {
    contents = take_contents(reader);
  } catch (...) {
    return Error(Errc::damaged, place(owner, first) + " do not decode: " +
                                    reader.abandon(std::current_exception()).message());
  }
  if (auto finished = reader.finish(); !finished) {
    return Error(Errc::damaged,
                 place(owner, first) + " do not decode: " + finished.error().message());
  }
  if (contents.owner.group != owner.group || contents.first != first || contents.entries.empty()) {
    return Error(Errc::damaged, place(owner, first) + " are those of another place: group " +
                                    contents.owner.group.brief() + ", index " +
                                    std::to_string(contents.first.value()));
  }
  if (contents.owner.genesis != owner.genesis) {
    return Error(Errc::foreign, place(owner, first) + " belong to the genesis " +
                                    contents.owner.genesis.brief() + ", the group to " +
                                    owner.genesis.brief());
  }
  return std::move(contents.entries);
}

}  // namespace tessera::storage::rocks
