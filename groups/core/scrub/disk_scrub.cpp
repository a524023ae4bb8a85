#include <tessera/groups/core/scrub/disk_scrub.h>

#include <algorithm>

namespace tessera::core {

std::optional<TimePoint> DiskScrub::due(Duration interval) const {
  if (reading_ || interval == Duration{}) return std::nullopt;
  return pass_ended_ ? due_ + interval : due_;
}

std::optional<DiskScrub::Step> DiskScrub::next(TimePoint now, Duration interval,
                                               const Stored& stored) {
  const auto when = due(interval);
  if (!when || now < *when) return std::nullopt;
  if (pass_ended_) {
    pass_ended_ = false;
    entry_ = Index{};
    part_ = 0;
  }
  entry_ = std::max(entry_, stored.base);
  if (entry_ < stored.last) {
    reading_ = true;
    return Entries{entry_ + 1};
  }
  if (stored.snapshot) {
    // Another one has come into force: its parts are others.
    if (snapshot_ != *stored.snapshot) part_ = 0;
    snapshot_ = *stored.snapshot;
    if (part_ < stored.parts) {
      reading_ = true;
      return storage::SnapshotPart{snapshot_, ++part_};
    }
  }
  pass_ended_ = true;
  due_ = now;
  ++passes_;
  return std::nullopt;
}

void DiskScrub::entries_read(TimePoint now, Index upto, std::size_t bytes) {
  entry_ = std::max(entry_, upto);
  done(now, bytes);
}

void DiskScrub::part_read(TimePoint now, std::size_t bytes) { done(now, bytes); }

void DiskScrub::skipped(TimePoint now) { done(now, step_bytes); }

void DiskScrub::done(TimePoint now, std::size_t bytes) {
  using Nanoseconds = std::chrono::nanoseconds;
  reading_ = false;
  const std::uint64_t second = Nanoseconds(std::chrono::seconds{1}).count();
  due_ = now + Nanoseconds(static_cast<std::int64_t>(bytes * second / bytes_per_second));
}

}  // namespace tessera::core
