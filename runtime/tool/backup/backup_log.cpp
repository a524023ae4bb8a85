#include <tessera/groups/core/entry_data.h>
#include <tessera/primitives/codec.h>
#include <tessera/runtime/tool/backup/backup_folder.h>
#include <tessera/runtime/tool/backup/backup_log.h>

#include <fmt/format.h>

#include <utility>

namespace tessera::tool {
namespace {

namespace fs = std::filesystem;

Error damaged(const fs::path& path, std::string_view how) {
  return {Errc::damaged, fmt::format("{}: {}", path.string(), how)};
}

}  // namespace

Bytes encode_log_file(std::span<const RawEntry> entries) {
  return encode(std::vector<RawEntry>(entries.begin(), entries.end()));
}

BackupLog::BackupLog(fs::path folder, const BackupManifest& manifest)
    : folder_(std::move(folder)),
      manifest_(manifest),
      last_(manifest.snapshot.value_or(Cursor{})) {}

Result<std::vector<RawEntry>> BackupLog::next() {
  const fs::path path = folder_ / log_file(file_ + 1);
  if (last_ == manifest_.last) return std::vector<RawEntry>();
  const auto content = read_backup_file(folder_, manifest_, log_file(++file_));
  if (!content) return content.error();
  DecodeLimits limits;
  auto entries = decode<std::vector<RawEntry>>(*content, limits);
  if (!entries || entries->empty()) return damaged(path, "it does not hold entries");
  for (const RawEntry& entry : *entries) {
    if (entry.position.index != last_.index + 1 || entry.position.term < last_.term) {
      return damaged(path, fmt::format("the entry at {} does not follow that at {}",
                                       entry.position.to_string(), last_.to_string()));
    }
    last_ = entry.position;
  }
  if (last_.index > manifest_.last.index ||
      (last_.index == manifest_.last.index && last_ != manifest_.last)) {
    return damaged(path, "its entries do not end where the manifest says");
  }
  return entries;
}

Result<core::Certificate> read_certificate(const fs::path& folder, const BackupManifest& manifest) {
  const auto content = read_backup_file(folder, manifest, certificate_name);
  if (!content) return content.error();
  auto certificate = decode<core::Certificate>(*content);
  const fs::path path = folder / certificate_name;
  if (!certificate) return damaged(path, certificate.error().message());
  if (auto genuine = certificate->verify(); !genuine) {
    return damaged(path, genuine.error().message());
  }
  if (certificate->proposal.id() != manifest.genesis ||
      certificate->proposal.group != manifest.group) {
    return damaged(path, "it is of another group");
  }
  return certificate;
}

Result<storage::SnapshotManifest> read_snapshot_manifest(const fs::path& folder,
                                                         const BackupManifest& manifest) {
  storage::SnapshotManifest snapshot;
  snapshot.position = manifest.snapshot.value_or(Cursor{});
  snapshot.parts = manifest.parts;
  auto anchor = read_backup_file(folder, manifest, anchor_name);
  if (!anchor) return std::move(anchor).error();
  snapshot.anchor = *std::move(anchor);
  auto contents = read_backup_file(folder, manifest, contents_name);
  if (!contents) return std::move(contents).error();
  snapshot.contents = *std::move(contents);
  const fs::path path = folder / anchor_name;
  const auto held = core::decode_anchor(snapshot.anchor);
  if (!held) return damaged(path, held.error().message());
  if (held->position() != snapshot.position) {
    return damaged(path, "it is of another position than the manifest says");
  }
  if (const auto part = core::decode_runtime_part(held->runtime()); !part) {
    return damaged(path, part.error().message());
  }
  return snapshot;
}

}  // namespace tessera::tool
