#include <tessera/groups/core/group_state.h>

#include <utility>

// What is stored is read again, a little at a time: damage that nobody reads is found while the
// others still have what was lost.

namespace tessera::core {

void GroupCore::State::settle_scrub() {
  if (installing_) return;
  DiskScrub::Stored stored{raft_->log().base().index, raft_->durable().index, std::nullopt, 0};
  if (newest_ && in_force_after_ == Ticket{}) {
    stored.snapshot = newest_->id;
    stored.parts = newest_->manifest.parts;
  }
  const Duration interval = raft_->settings().in_force().scrub_interval;
  const auto step = scrub_.next(now_, interval, stored);
  if (!step) return;
  if (const auto* entries = std::get_if<DiskScrub::Entries>(&*step)) {
    ReadEntries read;
    read.from = entries->from;
    read.upto = stored.last;
    read.bytes_max = DiskScrub::step_bytes;
    ask_store({ReadPurpose::Whose::scrub, {}, read.from}, read);
    return;
  }
  const auto& part = std::get<storage::SnapshotPart>(*step);
  snapshot_tasks_.read_part(part, [this, part](const Result<Bytes>& data) {
    // It may have been replaced and deleted while it was read.
    const bool wanted = newest_ && newest_->id == part.snapshot;
    if (data) {
      scrub_.part_read(now_, data->size());
    } else if (!wanted || !data.error().is(Errc::not_found)) {
      scrub_.skipped(now_);
    } else {
      stopped_by(Error(Errc::damaged, storage::name_of(part) + ", which is in force, is missing"));
    }
  });
}

void GroupCore::State::scrubbed(const Result<std::vector<RawEntry>>& entries) {
  if (!entries || entries->empty()) {
    scrub_.skipped(now_);
    return;
  }
  std::size_t bytes = 0;
  for (const RawEntry& entry : *entries) bytes += entry.size();
  scrub_.entries_read(now_, entries->back().position.index, bytes);
}

}  // namespace tessera::core
