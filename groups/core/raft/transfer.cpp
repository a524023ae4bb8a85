#include <tessera/groups/core/raft/raft.h>

#include <algorithm>

// Leadership transfer: thesis, 3.10; rule 8. And what a leader leaves to the next one.

namespace tessera::core {
namespace {

constexpr std::chrono::milliseconds stated_silence_max{7 * 86'400'000};

}  // namespace

bool Raft::transfer(TimePoint now, const MemberId& target) {
  const bool can = configurations_.in_force().voters.contains(target) && progress_.contains(target);
  if (!leads() || transfer_ || !can) return false;
  transfer_ = Transfer{target, now + own_timeout(), false};
  pursue_transfer(now);
  if (transfer_ && !transfer_->sent) {
    replicate(target, progress_.at(target), WhenEmpty::send);
  }
  return true;
}

void Raft::pursue_transfer(TimePoint now) {
  if (!transfer_ || transfer_->sent || now >= transfer_->until) return;
  const auto progress = progress_.find(transfer_->target);
  // Nothing is appended meanwhile, so a target that answers gets there.
  if (progress == progress_.end() || progress->second.match() != log_.last().index) return;
  transfer_->sent = true;
  send(transfer_->target, TimeoutNow{hard_.term}, After::everything);
}

void Raft::receive(TimePoint now, const MemberId& from, const TimeoutNow& request) {
  if (request.term != hard_.term || leader_ != from || leads() || !may_campaign()) return;
  campaign(now, Campaign::transfer);
}

std::vector<Silence> Raft::silences(TimePoint now) const {
  std::vector<Silence> silent;
  for (const auto& [member, progress] : progress_) {
    const Duration length = now - progress.last_answer;
    if (length <= own_timeout()) continue;
    silent.push_back({member, std::chrono::duration_cast<std::chrono::milliseconds>(length)});
  }
  return silent;
}

void Raft::hear_silences(TimePoint now, const std::vector<Silence>& silent) {
  silent_since_.clear();
  for (const Silence& each : silent) {
    if (each.length.count() < 0 || !configurations_.in_force().contains(each.member)) continue;
    // A length that no process can have measured says no more than a very long one.
    const auto length = std::min(each.length, stated_silence_max);
    silent_since_.emplace(each.member, now - length);
  }
}

}  // namespace tessera::core
