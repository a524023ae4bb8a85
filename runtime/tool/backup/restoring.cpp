#include <tessera/groups/core/founding/refounding.h>
#include <tessera/net/identity.h>
#include <tessera/primitives/random.h>
#include <tessera/runtime/restore_mark.h>
#include <tessera/runtime/tool/backup/backup_folder.h>
#include <tessera/runtime/tool/backup/backup_log.h>
#include <tessera/runtime/tool/backup/durable_file.h>
#include <tessera/runtime/tool/backup/restoring.h>
#include <tessera/runtime/tool/store/data_folder.h>
#include <tessera/storage/rocks/rocks_store.h>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

namespace tessera::tool {
namespace {

namespace fs = std::filesystem;

/// The name under which the restored snapshot is kept.
constexpr storage::SnapshotId restored_snapshot{1};

StorageId draw_storage_id() {
  UniqueId id = UniqueId::from("tessera/storage-id");
  for (int word = 0; word < 4; ++word) id = id.derive(system_entropy());
  return StorageId(id);
}

/// The first attempt to found, with random bits behind its number: see `core::Proposal::nonce`.
std::uint64_t draw_nonce() {
  constexpr unsigned random_bits = 32;
  return (std::uint64_t{1} << random_bits) | (system_entropy() >> random_bits);
}

/// Fills one fresh store.
class Restoration {
 public:
  Restoration(const Restoring& restoring, BackupManifest manifest)
      : restoring_(restoring), manifest_(std::move(manifest)) {}

  Result<Restored> run() {
    const auto identity = net::Identity::load_or_create(identity_file(restoring_.data_dir));
    if (!identity) return identity.error();
    restored_.member = {identity->peer(), draw_storage_id()};
    if (auto decided = decide(*identity); !decided) return std::move(decided).error();
    storage::RocksOptions options;
    options.path = store_folder(restoring_.data_dir);
    const auto store = storage::open_rocks_store(options, identity->peer());
    if (!store) return store.error();
    if (auto filled = fill((*store)->log(), (*store)->snapshots()); !filled) {
      return std::move(filled).error();
    }
    restored_.backup = manifest_;
    return restored_;
  }

 private:
  bool founds() const { return restoring_.as == Restoring::As::founder; }

  /// Which group the data belongs to from now on, and what the store is in it.
  Result<void> decide(const Signer& signer) {
    if (!founds()) {
      const auto certificate = read_certificate(restoring_.backup, manifest_);
      if (!certificate) return certificate.error();
      auto record = core::joining_record(restored_.member, *certificate);
      if (!record) return std::move(record).error();
      founding_ = *std::move(record);
      restored_.genesis = manifest_.genesis;
      return {};
    }
    const auto settings = settings_at_begin();
    if (!settings) return settings.error();
    auto refounding = core::Refounding::begin(
        {manifest_.group, restored_.member, *settings, draw_nonce()}, signer);
    if (!refounding) return std::move(refounding).error();
    refounding_.emplace(*std::move(refounding));
    founding_ = refounding_->founding_record();
    restored_.genesis = refounding_->genesis();
    return {};
  }

  Result<GroupSettings> settings_at_begin() const {
    if (manifest_.snapshot) {
      const auto snapshot = read_snapshot_manifest(restoring_.backup, manifest_);
      if (!snapshot) return snapshot.error();
      return core::settings_in(*snapshot);
    }
    const auto first = BackupLog(restoring_.backup, manifest_).next();
    if (!first) return first.error();
    if (first->empty()) return Error(Errc::damaged, "the backup holds neither state nor log");
    return core::settings_in(first->front());
  }

  Result<void> fill(storage::LogStore& log, storage::SnapshotStore& snapshots) {
    storage::GroupWrite begin = write();
    begin.storage = restored_.member.storage;
    begin.genesis = restored_.genesis;
    begin.founding = founding_;
    begin.reset = manifest_.snapshot.value_or(Cursor{});
    if (manifest_.snapshot) {
      if (auto kept = keep_snapshot(snapshots); !kept) return kept;
      begin.snapshot = storage::SnapshotRef{restored_snapshot, *manifest_.snapshot};
    }
    restored_.last = *begin.reset;
    if (auto written = log.write({&begin, 1}); !written) return written;
    if (auto kept = keep_log(log); !kept) return kept;
    storage::GroupWrite end = write();
    // No vote has been given under this storage id; the term is that of what is held.
    end.hard = storage::HardState{restored_.last.term, std::nullopt, restored_.last.index};
    return log.write({&end, 1});
  }

  Result<void> keep_snapshot(storage::SnapshotStore& snapshots) {
    auto snapshot = read_snapshot_manifest(restoring_.backup, manifest_);
    if (snapshot && refounding_) snapshot = refounding_->rewritten(*snapshot);
    if (!snapshot) return std::move(snapshot).error();
    if (auto staged = snapshots.stage(manifest_.group, restored_snapshot, *snapshot); !staged) {
      return staged;
    }
    for (std::uint32_t number = 1; number <= manifest_.parts; ++number) {
      const auto part = read_backup_file(restoring_.backup, manifest_, part_file(number));
      if (!part) return part.error();
      const storage::SnapshotPart name{restored_snapshot, number};
      if (auto put = snapshots.put_part(manifest_.group, name, part->view()); !put) return put;
    }
    return snapshots.complete(manifest_.group, restored_snapshot, *snapshot);
  }

  Result<void> keep_log(storage::LogStore& log) {
    // A member may hold as committed only what the group has agreed on.
    const Index upto = founds() ? manifest_.last.index : manifest_.committed;
    BackupLog backup(restoring_.backup, manifest_);
    for (;;) {
      auto entries = backup.next();
      if (!entries) return std::move(entries).error();
      if (entries->empty()) return {};
      storage::GroupWrite more = write();
      for (RawEntry& entry : *entries) {
        if (entry.position.index > upto) {
          ++restored_.left;
          continue;
        }
        auto kept = refounding_ ? refounding_->rewritten(entry) : Result<RawEntry>(entry);
        if (!kept) return std::move(kept).error();
        restored_.last = kept->position;
        more.entries.push_back(*std::move(kept));
      }
      if (more.entries.empty()) continue;
      if (auto written = log.write({&more, 1}); !written) return written;
    }
  }

  [[nodiscard]] storage::GroupWrite write() const {
    storage::GroupWrite write;
    write.group = manifest_.group;
    return write;
  }

  const Restoring& restoring_;
  BackupManifest manifest_;
  Bytes founding_;
  std::optional<core::Refounding> refounding_;
  Restored restored_;
};

Result<void> check_backup(const fs::path& folder) {
  std::optional<Error> first;
  const auto sound = verify_backup(folder, [&first](const BackupCheck& check) {
    if (check.failure && !first) first = check.failure;
  });
  if (!sound) return sound.error();
  if (!*sound) return *first;
  return {};
}

}  // namespace

Result<Restored> restore_backup(const Restoring& restoring) {
  if (auto sound = check_backup(restoring.backup); !sound) return std::move(sound).error();
  auto manifest = read_backup_manifest(restoring.backup);
  if (!manifest) return std::move(manifest).error();
  const fs::path& data_dir = restoring.data_dir;
  const std::string identity = identity_file(data_dir).filename().string();
  if (auto made = make_empty_folder(data_dir, identity); !made) return std::move(made).error();
  const fs::path mark = restore_mark(data_dir);
  const std::string text = "being restored from " + restoring.backup.string() + "\n";
  if (auto marked = write_durable_file(mark, as_bytes(text)); !marked) {
    return std::move(marked).error();
  }
  if (auto synced = sync_folder(data_dir); !synced) return std::move(synced).error();
  auto restored = Restoration(restoring, *std::move(manifest)).run();
  if (!restored) return restored;
  std::error_code error;
  fs::remove(mark, error);
  if (error) {
    return Error(Errc::io_failed,
                 fmt::format("{} cannot be removed: {}", mark.string(), error.message()));
  }
  if (auto synced = sync_folder(data_dir); !synced) return std::move(synced).error();
  return restored;
}

}  // namespace tessera::tool
