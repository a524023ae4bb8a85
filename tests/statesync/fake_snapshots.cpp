#include "fake_snapshots.h"

#include <tessera/primitives/check.h>

#include <utility>

namespace tessera::tests {

bool FakeSnapshots::take(CatchUpStrategy& strategy, const Anchor& anchor) {
  if (newest_ && newest_->snapshot.anchor.position() == anchor.position()) return false;
  auto reader = strategy.read_state();
  check(reader.has_value(), "the machine can be read");
  Kept kept{{++last_, anchor, 0, {}}, {}};
  while (auto part = *(*reader)->next()) kept.parts[++kept.snapshot.parts] = *std::move(part);
  kept.snapshot.contents = (*reader)->contents();
  newest_ = std::move(kept);
  return true;
}

std::optional<HeldSnapshot> FakeSnapshots::newest() const {
  if (!newest_) return std::nullopt;
  return newest_->snapshot;
}

storage::SnapshotId FakeSnapshots::stage(HeldSnapshot snapshot) {
  snapshot.id = ++last_;
  staged_ = Kept{std::move(snapshot), {}};
  return last_;
}

std::optional<HeldSnapshot> FakeSnapshots::staged() const {
  if (!staged_) return std::nullopt;
  return staged_->snapshot;
}

void FakeSnapshots::put_part(std::uint32_t number, Bytes data) {
  check(staged_.has_value(), "parts are put into what is staged");
  ++parts_put;
  staged_->parts[number] = std::move(data);
}

Result<void> FakeSnapshots::load_staged(CatchUpStrategy& strategy) {
  check(staged_ && staged_->parts.size() == staged_->snapshot.parts, "every part is there");
  auto writer = strategy.write_state(staged_->snapshot.contents);
  if (!writer) return std::move(writer).error();
  for (const auto& [number, part] : staged_->parts) {
    if (auto added = (*writer)->add(part); !added) return added;
  }
  if (auto finished = (*writer)->finish(); !finished) return finished;
  newest_ = std::exchange(staged_, std::nullopt);
  return {};
}

std::optional<Bytes> FakeSnapshots::part(const storage::SnapshotPart& part) const {
  for (const auto* kept : {&newest_, &staged_}) {
    if (!*kept || (*kept)->snapshot.id != part.snapshot) continue;
    const auto found = (*kept)->parts.find(part.number);
    if (found != (*kept)->parts.end()) return found->second;
  }
  return std::nullopt;
}

}  // namespace tessera::tests
