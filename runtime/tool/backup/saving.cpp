#include <tessera/groups/core/founding/refounding.h>
#include <tessera/primitives/codec.h>
#include <tessera/runtime/tool/backup/backup_folder.h>
#include <tessera/runtime/tool/backup/backup_log.h>
#include <tessera/runtime/tool/backup/saving.h>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <system_error>
#include <utility>

namespace tessera::tool {
namespace {

namespace fs = std::filesystem;

/// A group that takes one snapshot after the other gets this many attempts.
constexpr int attempts_max = 5;

class Copy {
 public:
  Copy(storage::LogStore& log, storage::SnapshotStore& snapshots, const Saving& saving,
       storage::GroupRecord record)
      : log_(log), snapshots_(snapshots), saving_(saving), record_(std::move(record)) {}

  Result<BackupManifest> run() {
    if (auto started = start(); !started) return std::move(started).error();
    auto writer = BackupWriter::create(saving_.folder);
    if (!writer) return std::move(writer).error();
    writer_.emplace(*std::move(writer));
    if (auto added = add(std::string(certificate_name), certificate_); !added) {
      return std::move(added).error();
    }
    if (record_.snapshot) {
      if (auto copied = copy_snapshot(*record_.snapshot); !copied) return std::move(copied).error();
    }
    if (auto copied = copy_log(); !copied) return std::move(copied).error();
    if (auto finished = writer_->finish(manifest_); !finished) return std::move(finished).error();
    return manifest_;
  }

  /// What was to be copied is not held any more: a newer snapshot has taken its place.
  [[nodiscard]] bool overtaken() const {
    const auto now = log_.open(saving_.group);
    return now && (now->snapshot != record_.snapshot || now->base != record_.base);
  }

 private:
  Result<void> add(const std::string& name, const Bytes& content) {
    if (saving_.give_up != nullptr && *saving_.give_up) {
      return Error(Errc::group_closed, "the backup was given up: the node stops");
    }
    return writer_->add(name, content.view());
  }

  Result<void> start() {
    const MemberId from{saving_.owner, record_.storage};
    const auto certificate = core::certificate_in(record_.founding, from);
    if (!certificate) return certificate.error().within("group " + saving_.group.brief());
    certificate_ = encode(*certificate);
    manifest_.group = saving_.group;
    manifest_.genesis = record_.genesis;
    manifest_.taken_from = from;
    manifest_.taken_at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    const Cursor begin = record_.snapshot ? record_.snapshot->position : Cursor{};
    if (!record_.snapshot && record_.base != Cursor{}) {
      return Error(Errc::damaged, "group " + saving_.group.brief() +
                                      ": the beginning of its log is gone, but it has no snapshot");
    }
    manifest_.snapshot =
        record_.snapshot ? std::optional<Cursor>(record_.snapshot->position) : std::nullopt;
    manifest_.last = begin;
    manifest_.committed =
        std::clamp(record_.hard.commit, begin.index, std::max(begin.index, record_.last.index));
    return {};
  }

  Result<void> copy_snapshot(const storage::SnapshotRef& reference) {
    const auto stored = snapshots_.find(saving_.group, reference.id);
    if (!stored) return stored.error();
    const storage::SnapshotManifest& snapshot = stored->manifest;
    manifest_.parts = snapshot.parts;
    if (auto added = add(std::string(anchor_name), snapshot.anchor); !added) {
      return added;
    }
    if (auto added = add(std::string(contents_name), snapshot.contents); !added) {
      return added;
    }
    for (std::uint32_t number = 1; number <= snapshot.parts; ++number) {
      const auto part = storage::required_part(snapshots_, saving_.group, {reference.id, number});
      if (!part) return part.error();
      if (auto added = add(part_file(number), *part); !added) return added;
    }
    return {};
  }

  Result<void> copy_log() {
    const Index upto = saving_.uncommitted ? record_.last.index : manifest_.committed;
    std::uint32_t files = 0;
    while (manifest_.last.index < upto) {
      const Index from = manifest_.last.index + 1;
      const auto entries = log_.read(saving_.group, {from, upto, log_file_bytes});
      if (!entries) return entries.error();
      if (entries->empty()) {
        return Error(Errc::damaged, "group " + saving_.group.brief() + ": the entry " +
                                        std::to_string(from.value()) + " is not held");
      }
      manifest_.entries += entries->size();
      manifest_.last = entries->back().position;
      if (auto added = add(log_file(++files), encode_log_file(*entries)); !added) return added;
    }
    return {};
  }

  storage::LogStore& log_;
  storage::SnapshotStore& snapshots_;
  const Saving& saving_;
  storage::GroupRecord record_;
  Bytes certificate_;
  BackupManifest manifest_;
  std::optional<BackupWriter> writer_;
};

/// Takes back what an attempt has written: the folder was empty before it.
void remove_files(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& each : fs::directory_iterator(folder, ignored)) {
    fs::remove_all(each.path(), ignored);
  }
}

}  // namespace

Result<BackupManifest> save_backup(storage::LogStore& log, storage::SnapshotStore& snapshots,
                                   const Saving& saving) {
  for (int attempt = 1;; ++attempt) {
    auto record = log.open(saving.group);
    if (!record) return std::move(record).error();
    if (record->storage.is_none()) {
      return Error(Errc::not_found, "the store holds no group " + saving.group.hex());
    }
    Copy copy(log, snapshots, saving, *std::move(record));
    auto saved = copy.run();
    if (saved || attempt == attempts_max || !saved.error().is(Errc::damaged) || !copy.overtaken()) {
      return saved;
    }
    remove_files(saving.folder);
  }
}

}  // namespace tessera::tool
