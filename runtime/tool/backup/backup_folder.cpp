#include <tessera/groups/core/founding/refounding.h>
#include <tessera/primitives/codec.h>
#include <tessera/primitives/plain_digest.h>
#include <tessera/runtime/tool/backup/backup_folder.h>
#include <tessera/runtime/tool/backup/backup_log.h>
#include <tessera/runtime/tool/backup/durable_file.h>

#include <fmt/format.h>

#include <algorithm>
#include <sys/stat.h>
#include <system_error>
#include <utility>

namespace tessera::tool {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t manifest_bytes_max = std::uint64_t{256} << 20U;

Error damaged(const fs::path& path, std::string_view how) {
  return {Errc::damaged, fmt::format("{}: {}", path.string(), how)};
}

/// What the digests cannot tell: the files are those of one backup, all of them.
Result<void> check_whole(const fs::path& folder, const BackupManifest& manifest) {
  const auto certificate = read_certificate(folder, manifest);
  if (!certificate) return certificate.error();
  if (manifest.snapshot) {
    const auto snapshot = read_snapshot_manifest(folder, manifest);
    if (!snapshot) return snapshot.error();
    for (std::uint32_t number = 1; number <= manifest.parts; ++number) {
      if (manifest.find(part_file(number)) == nullptr) {
        return damaged(folder, part_file(number) + " is not listed");
      }
    }
  }
  BackupLog log(folder, manifest);
  for (;;) {
    const auto entries = log.next();
    if (!entries) return entries.error();
    if (entries->empty()) return {};
  }
}

}  // namespace

Result<BackupWriter> BackupWriter::create(const fs::path& folder) {
  if (auto made = make_empty_folder(folder); !made) return std::move(made).error();
  return BackupWriter(folder);
}

Result<void> BackupWriter::add(const std::string& name, ByteView content) {
  const fs::path path = folder_ / name;
  const fs::path inner = path.parent_path();
  if (inner != folder_ && std::ranges::find(inner_folders_, inner) == inner_folders_.end()) {
    if (auto made = make_empty_folder(inner); !made) return made;
    inner_folders_.push_back(inner);
  }
  if (auto written = write_durable_file(path, content); !written) return written;
  files_.push_back({name, content.size(), plain_digest(content)});
  return {};
}

Result<void> BackupWriter::finish(BackupManifest& manifest) {
  for (const fs::path& inner : inner_folders_) {
    if (auto synced = sync_folder(inner); !synced) return synced;
  }
  if (auto synced = sync_folder(folder_); !synced) return synced;
  manifest.files = files_;
  const fs::path unfinished = folder_ / (std::string(manifest_name) + ".new");
  const std::string text = to_text(manifest);
  if (auto written = write_durable_file(unfinished, as_bytes(text)); !written) return written;
  std::error_code error;
  fs::rename(unfinished, folder_ / manifest_name, error);
  if (error) {
    return Error(Errc::io_failed,
                 fmt::format("{} cannot be renamed: {}", unfinished.string(), error.message()));
  }
  return sync_folder(folder_);
}

Result<BackupManifest> read_backup_manifest(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Error(Errc::not_found, "there is no folder " + folder.string());
  }
  const fs::path path = folder / manifest_name;
  const auto text = read_whole_file(path, manifest_bytes_max);
  if (!text && text.error().is(Errc::not_found)) {
    return damaged(folder, "there is no MANIFEST: this is no backup, or one that was not finished");
  }
  if (!text) return text.error();
  return parse_manifest(as_text(text->view()), path);
}

Result<Bytes> read_backup_file(const fs::path& folder, const BackupFile& file) {
  const fs::path path = folder / file.name;
  auto content = read_whole_file(path, file.size);
  if (!content && content.error().is(Errc::not_found)) return damaged(path, "it is missing");
  if (!content && content.error().is(Errc::too_large)) {
    return damaged(path,
                   fmt::format("it has more than the {} bytes it was written with", file.size));
  }
  if (!content) return content;
  if (content->size() != file.size) {
    return damaged(path,
                   fmt::format("it has {} bytes, {} were written", content->size(), file.size));
  }
  if (plain_digest(content->view()) != file.digest) {
    return damaged(path, "its digest differs: it is not as it was written");
  }
  return content;
}

Result<Bytes> read_backup_file(const fs::path& folder, const BackupManifest& manifest,
                               std::string_view name) {
  const BackupFile* file = manifest.find(name);
  if (file == nullptr) return damaged(folder, fmt::format("{} is not listed", name));
  return read_backup_file(folder, *file);
}

Result<bool> verify_backup(const fs::path& folder,
                           const std::function<void(const BackupCheck&)>& each) {
  const auto manifest = read_backup_manifest(folder);
  if (!manifest) return manifest.error();
  each({std::string(manifest_name), to_text(*manifest).size(), std::nullopt});
  bool sound = true;
  for (const BackupFile& file : manifest->files) {
    const auto content = read_backup_file(folder, file);
    sound &= content.has_value();
    each({file.name, file.size, content ? std::nullopt : std::optional<Error>(content.error())});
  }
  if (!sound) return false;
  auto whole = check_whole(folder, *manifest);
  each({"state and log", manifest->bytes(),
        whole ? std::nullopt : std::optional<Error>(whole.error())});
  return whole.has_value();
}

}  // namespace tessera::tool
