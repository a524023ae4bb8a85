#include <tessera/groups/core/group_state.h>

#include <algorithm>

// A member finds out that its store is an old copy: what it remembers of others, and what others
// remember of it (consensus.md, "A restored old copy").

namespace tessera::core {
namespace {

constexpr std::chrono::seconds spread_period{1};

}  // namespace

StoreMemory GroupCore::State::own_memory() const {
  StoreMemory own;
  own.store = founding_->self();
  own.start_count = options_.start_count;
  if (raft_) {
    own.term = raft_->term();
    own.held = raft_->log().last().index;
  }
  return own;
}

std::optional<Error> GroupCore::State::staleness(const BondHello& hello) const {
  for (const StoreMemory& remembered : hello.remembered) {
    if (remembered.store != founding_->self()) continue;
    // Of earlier lives: what the store held when this one began must be all of it.
    const bool earlier = remembered.start_count < options_.start_count;
    if (!states_less(earlier ? at_start_ : own_memory(), remembered)) continue;
    return Error(Errc::stale_storage,
                 "the store is an older copy of one that had started " +
                     std::to_string(remembered.start_count) + " times, was in term " +
                     std::to_string(remembered.term.value()) + " and held the log up to " +
                     std::to_string(remembered.held.value()));
  }
  return std::nullopt;
}

void GroupCore::State::retire_storage(const Error& reason) {
  const MemberId former = founding_->self();
  if (!founding_->renew_storage(now_)) return;
  retired_ = true;
  outbox_.log(LogLevel::error,
              reason.message() + ": this member no longer acts under " + former.storage.brief());
  outbox_.rebond();
}

void GroupCore::State::storage_renewed() {
  retired_ = false;
  if (raft_) raft_->renew(now_, founding_->self());
  at_start_ = own_memory();
  outbox_.log(LogLevel::info,
              "goes on under the new storage id " + founding_->self().storage.brief());
  outbox_.rebond();
}

void GroupCore::State::settle_witness() {
  if (now_ < witness_due_ || !witness_has_news()) return;
  witness_due_ = now_ + spread_period;
  if (raft_->leads()) {
    remember_followers();
    tell_witness();
  }
  if (witness_.version() != witness_written_) {
    witness_written_ = witness_.version();
    outbox_.persist_witness(witness_.encoded());
  }
}

void GroupCore::State::remember_followers() {
  StoreMemory own = own_memory();
  own.held = std::min(raft_->durable().index, raft_->committed().index);
  witness_.remember(own);
  witnessed_ = {raft_->term(), raft_->committed().index, true};
  for (const auto& [member, progress] : raft_->progress()) {
    if (!progress.answering_since) continue;
    const Index held = std::min(progress.match(), raft_->committed().index);
    if (held < raft_->committed().index) witnessed_.everybody = false;
    witness_.remember({member, 0, raft_->term(), held});
  }
}

void GroupCore::State::tell_witness() {
  for (auto& [peer, state] : peers_) {
    if (!state.consents || state.told_memories == witness_.version()) continue;
    // What it says of this member must be as durable as what any other message says.
    outbox_.send(peer, MemoryNotice{witness_.since(state.told_memories)}, outbox_.latest());
    state.told_memories = witness_.version();
  }
}

bool GroupCore::State::witness_has_news() const {
  if (!raft_) return false;
  if (witness_.version() != witness_written_) return true;
  return raft_->settled() && (!witnessed_.everybody || witnessed_.term != raft_->term() ||
                              witnessed_.committed != raft_->committed().index);
}

}  // namespace tessera::core
