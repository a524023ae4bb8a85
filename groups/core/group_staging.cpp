#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/group_state.h>

#include <utility>

// Snapshots that strategies ask for and put together, and how one is installed.

namespace tessera::core {
namespace {

/// Bytes of a part, where a strategy's saved state is cut without regard to what it holds.
constexpr std::size_t blind_part_bytes = std::size_t{1} << 20U;

}  // namespace

bool GroupCore::State::begin_snapshot() {
  if (!ports_.strategy.saves() || !raft_ || installing_ || maker_.running()) return false;
  if (divergence_) return false;
  if (applied() == Cursor{} || (newest_ && newest_->manifest.position == applied())) return false;
  auto reader = ports_.strategy.read_state();
  if (!reader) {
    outbox_.log(LogLevel::error, "cannot take a snapshot: " + reader.error().message());
    return false;
  }
  storage::SnapshotManifest manifest;
  manifest.position = applied();
  manifest.anchor = encode_anchor(anchor());
  maker_.begin({++last_snapshot_, std::move(manifest)}, *std::move(reader));
  return true;
}

void GroupCore::State::lease(storage::SnapshotId snapshot, TimePoint until) {
  if (!newest_ || newest_->id != snapshot) {
    const auto known = leases_.find(snapshot);
    if (known != leases_.end()) known->second.until = until;
    return;
  }
  leases_[snapshot] = {newest_->manifest.position.index, until};
}

void GroupCore::State::read_part(Reader reader, const storage::SnapshotPart& part) {
  snapshot_tasks_.read_part(part, [this, reader, part](Result<Bytes> data) {
    if (!data && !data.error().is(Errc::not_found)) {
      outbox_.log(LogLevel::error, data.error().message());
    }
    std::optional<Bytes> held;
    if (data) held = *std::move(data);
    catch_up_->part_read(reader, part, std::move(held));
  });
}

storage::SnapshotId GroupCore::State::stage(storage::SnapshotManifest manifest) {
  loader_.abandon();
  staged_ = KeptSnapshot{++last_snapshot_, std::move(manifest)};
  drop_unused_snapshots();
  snapshot_tasks_.stage(*staged_);
  // The machine is filled while the parts come. If it does not get on, `load_staged` says so.
  auto writer = ports_.strategy.write_state(staged_->manifest.contents);
  if (writer) loader_.begin(*staged_, *std::move(writer));
  return staged_->id;
}

bool GroupCore::State::put_part(std::uint32_t number, Bytes data) {
  if (!staged_ || snapshot_tasks_.disk_lags()) return false;
  loader_.part_put(number, data);
  snapshot_tasks_.put_part({staged_->id, number}, std::move(data));
  return true;
}

Result<void> GroupCore::State::load_staged() {
  if (!staged_) return Error(Errc::not_found, "nothing is staged");
  if (!loader_.running()) {
    auto writer = ports_.strategy.write_state(staged_->manifest.contents);
    if (!writer) return std::move(writer).error();
    loader_.begin(*staged_, *std::move(writer));
  }
  snapshot_tasks_.complete(*staged_);
  loader_.all_put();
  return {};
}

Result<void> GroupCore::State::install(const Anchor& anchor, Bytes saved) {
  KeptSnapshot snapshot{++last_snapshot_, {}};
  snapshot.manifest.position = anchor.position();
  snapshot.manifest.anchor = encode_anchor(anchor);
  snapshot_tasks_.stage(snapshot);
  for (std::size_t from = 0; from < saved.size(); from += blind_part_bytes) {
    snapshot_tasks_.put_part({snapshot.id, ++snapshot.manifest.parts},
                             saved.slice({from, blind_part_bytes}));
  }
  snapshot_tasks_.complete(snapshot);
  return begin_installation(std::move(snapshot), anchor);
}

Result<void> GroupCore::State::begin_installation(KeptSnapshot snapshot, const Anchor& anchor) {
  auto part = decode_runtime_part(anchor.runtime());
  if (!part) return part.error();
  if (part->genesis != founding_->genesis_id()) {
    return Error(Errc::foreign, "it belongs to another founding of the group");
  }
  if (anchor.position().index < raft_->log().base().index) {
    return Error(Errc::not_allowed, "it lies before the log of this member");
  }
  maker_.abandon();
  std::optional<Cursor> reset;
  if (!raft_->log().holds(anchor.position())) reset = anchor.position();
  outbox_.persist_snapshot(snapshot.reference(), reset);
  raft_->install({anchor.position(), anchor.time(), part->configuration, part->settings});
  installing_ =
      Installing{outbox_.latest(), std::move(snapshot), anchor, std::move(part->sessions)};
  return {};
}

}  // namespace tessera::core
