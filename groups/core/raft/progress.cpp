#include <tessera/groups/core/raft/progress.h>
#include <tessera/primitives/check.h>

#include <algorithm>

namespace tessera::core {

void InFlight::sent(Index last, std::size_t bytes) {
  sent_.push_back({last, bytes});
  bytes_ += bytes;
}

void InFlight::answered(Index index) {
  while (!sent_.empty() && sent_.front().last <= index) {
    bytes_ -= sent_.front().bytes;
    sent_.pop_front();
  }
}

void InFlight::clear() {
  sent_.clear();
  bytes_ = 0;
}

void InFlight::check_invariants() const {
  if (sent_.empty()) return;
  check(sent_.size() <= limits_.messages_max, "no more messages are in flight than may be");
  // The newest one left while there was room.
  check(bytes_ - sent_.back().bytes < limits_.bytes_max, "no more bytes are in flight than may be");
}

bool Progress::paused() const {
  switch (state_) {
    case State::probe:
      return probe_out_ || reading;
    case State::replicate:
      return in_flight_.full() || reading;
    case State::syncing:
      return false;
  }
  return true;
}

bool Progress::ack(Index index) {
  in_flight_.answered(index);
  probe_out_ = false;
  next_ = std::max(next_, index + 1);
  if (index <= match_) return false;
  match_ = index;
  return true;
}

bool Progress::refused(Refusal refusal) {
  if (state_ == State::syncing) return false;
  if (state_ == State::replicate) {
    // Appends are pipelined: only a refusal of something not known to match says anything new.
    if (refusal.preceding <= match_) return false;
    become_probe();
    return true;
  }
  // One probe is out at a time: a refusal of anything else answers an earlier one.
  if (next_ != refusal.preceding + 1) return false;
  next_ = std::max(std::min(refusal.preceding, refusal.hint + 1), match_ + 1);
  probe_out_ = false;
  return true;
}

void Progress::sent(Index last, std::size_t bytes) {
  switch (state_) {
    case State::probe:
      probe_out_ = true;
      break;
    case State::replicate:
      in_flight_.sent(last, bytes);
      next_ = last + 1;
      break;
    case State::syncing:
      credit_ -= std::min<std::uint64_t>(credit_, bytes);
      next_ = last + 1;
      break;
  }
}

void Progress::told(Index commit) {
  commit_told_ = std::max(commit_told_, commit);
  if (state_ == State::replicate && in_flight_.full()) probe_out_ = true;
}

void Progress::become_probe() {
  state_ = State::probe;
  commit_told_ = Index{};
  next_ = match_ + 1;
  probe_out_ = false;
  in_flight_.clear();
  statement_.reset();
}

void Progress::become_replicate() {
  state_ = State::replicate;
  next_ = match_ + 1;
  probe_out_ = false;
  in_flight_.clear();
  statement_.reset();
}

void Progress::syncing(const SyncStatement& statement, Index last) {
  if (state_ != State::syncing || statement_->session != statement.session) {
    next_ = last + 1;
    in_flight_.clear();
    probe_out_ = false;
  }
  state_ = State::syncing;
  statement_ = statement;
  credit_ = statement.credit;
}

}  // namespace tessera::core
