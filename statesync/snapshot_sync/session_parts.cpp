#include <tessera/primitives/codec.h>
#include <tessera/statesync/snapshot_sync/session.h>

#include <algorithm>
#include <utility>

// Where the parts of a snapshot come from, and where they go.

namespace tessera::snapshot_sync {
namespace {

/// Parts asked of the own store at the same time.
constexpr std::size_t parts_read_max = 16;
/// Numbers in one request.
constexpr std::size_t numbers_max = 64;
/// Parts that wait for the disk: what is asked for beyond that would only wait in memory.
constexpr std::size_t arrived_max = 64;

}  // namespace

void Session::begin_fetching(List list, PartList parts, SessionContext& cx) {
  stage_ = Stage::fetching;
  const auto count = static_cast<std::uint32_t>(parts.parts.size());
  plan_.emplace(std::move(parts));
  const auto staged = cx.staging().staged();
  if (staged && staged->parts == count && root_of(staged->anchor, staged->contents) == root_) {
    staged_ = staged->id;
    plan_->look_at_staged();
  } else {
    staged_ = cx.staging().stage({{}, list.anchor, count, list.parts});
  }
  cx.wake();
}

void Session::fetch(SessionContext& cx) {
  fetch_again(holders_.take_overdue(cx.now()));
  compare_with_own(cx);
  take_built();
  put_arrived(cx);
  look_up_own(cx);
  read_own(cx);
  report(cx);
  if (plan_->complete()) {
    stage_ = Stage::installing;
    cx.staging().install();
    return;
  }
  if (holders_.empty()) {
    start_over(cx);
    cx.wake_at(next_at_);
    return;
  }
  if (differences_) ask_holders(cx);
  if (const auto due = holders_.next_due()) cx.wake_at(*due);
}

void Session::look_up_own(SessionContext& cx) {
  const auto read = [&](const storage::SnapshotPart& part, const FetchPlan::Copy& copy) {
    reading_[{part.snapshot, part.number}] = copy.to;
    cx.snapshots().read_part(part);
  };
  while (reading_.size() < parts_read_max && arrived_.size() < arrived_max) {
    if (const auto staged = plan_->next_to_check()) {
      read({staged_, *staged}, {*staged, *staged});
    } else if (const auto copy = plan_->next_to_copy()) {
      read({own_, copy->from}, *copy);
    } else {
      return;
    }
  }
}

void Session::part_read(const storage::SnapshotPart& part, std::optional<Bytes> data,
                        SessionContext& cx) {
  const auto found = reading_.find({part.snapshot, part.number});
  if (found == reading_.end()) {
    if (differences_ && part.snapshot == own_) own_part_read(part.number, data);
    cx.wake();
    return;
  }
  const std::uint32_t number = found->second;
  reading_.erase(found);
  if (!data || !plan_->is_right(number, *data)) {
    plan_->fetch(number);
  } else if (part.snapshot == staged_) {
    plan_->put(number);
  } else {
    arrived_.push_back({number, *std::move(data)});
  }
  cx.wake();
}

void Session::put_arrived(SessionContext& cx) {
  while (!arrived_.empty()) {
    Arrived& next = arrived_.front();
    if (!plan_->has(next.number) && !cx.staging().put_part(next.number, next.data)) return;
    plan_->put(next.number);
    arrived_.pop_front();
  }
}

void Session::ask_holders(SessionContext& cx) {
  const auto leader = cx.leader();
  // The leader late: it has a group to serve. Who was silent last, or the part that all wait for
  // would be asked of it over and over.
  std::vector<PeerId> peers = holders_.all();
  std::stable_partition(peers.begin(), peers.end(),
                        [&](const PeerId& peer) { return !leader || peer != *leader; });
  std::stable_partition(peers.begin(), peers.end(),
                        [&](const PeerId& peer) { return !holders_.rests(peer, cx.now()); });
  for (const PeerId& peer : peers) {
    ask_for_items(peer, cx);
    ask_for_outlines(peer, cx);
    ask_for_parts(peer, cx);
  }
}

bool Session::has_room(const PeerId& peer, const SessionContext& cx) const {
  return holders_.room(peer, cx.now()) > 0 && arrived_.size() < arrived_max;
}

void Session::ask_for_parts(const PeerId& peer, SessionContext& cx) {
  Fetch request{root_, {}};
  while (const auto number = plan_->next_to_fetch()) {
    if (!has_room(peer, cx) || request.numbers.size() >= numbers_max) break;
    plan_->asked(*number);
    holders_.asked(peer, *number, plan_->bytes_of(*number), cx.now());
    request.numbers.push_back(*number);
  }
  if (!request.numbers.empty()) cx.send_to(peer, encode(Message(request)));
}

void Session::fetch_again(const std::vector<std::uint32_t>& numbers) {
  if (!plan_) return;
  for (const std::uint32_t number : numbers) {
    const bool here = std::any_of(arrived_.begin(), arrived_.end(),
                                  [&](const Arrived& part) { return part.number == number; });
    if (here) continue;
    if (differences_ && differences_->is_open(number)) {
      if (differences_->ask_again(number)) continue;
      differences_->close(number);
    }
    plan_->fetch(number);
  }
}

void Session::report(SessionContext& cx) const {
  SyncProgress progress;
  progress.bytes_done = plan_->bytes_held();
  progress.bytes_total = plan_->bytes();
  cx.report(progress);
}

}  // namespace tessera::snapshot_sync
