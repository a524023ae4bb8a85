#include "members.h"
#include "scripted_member.h"

#include <algorithm>

// What a member hands over when the script says so: writes, messages, committed entries.

namespace tessera::raft_scripts {
namespace {

/// With asynchronous storage etcd/raft lets these leave after the writes, everything else before.
bool waits_for_storage(const core::Message& message) {
  return std::holds_alternative<core::AppendResponse>(message) ||
         std::holds_alternative<core::VoteResponse>(message) ||
         std::holds_alternative<core::SyncDone>(message);
}

/// The entries of several writes as one: a later one overwrites.
std::vector<ScriptEntry> entries_of(const std::vector<storage::GroupWrite>& writes) {
  std::vector<ScriptEntry> entries;
  for (const storage::GroupWrite& write : writes) {
    for (const RawEntry& entry : write.entries) {
      while (!entries.empty() && entries.back().index >= entry.position.index.value()) {
        entries.pop_back();
      }
      entries.push_back(shown(entry));
    }
  }
  return entries;
}

}  // namespace

Index ScriptedMember::applicable() const {
  const Index commit = raft_->committed().index;
  return options_.async_storage ? std::min(commit, raft_->durable().index) : commit;
}

bool ScriptedMember::has_ready() const {
  const bool writes = std::any_of(writes_.begin(), writes_.end(), [](const auto& write) {
    return !write.entries.empty() || write.reset.has_value();
  });
  return writes || !unsent_.empty() || applied_ < applicable() || role() != last_role_ ||
         hard() != last_hard_;
}

bool ScriptedMember::has_members_to_catch_up() const {
  const auto& progress = raft_->progress();
  const Index last = raft_->log().last().index;
  return std::any_of(progress.begin(), progress.end(),
                     [last](const auto& each) { return each.second.match() < last; });
}

void ScriptedMember::note_what_changed(Facts& facts) {
  if (role() != last_role_) facts.roles[number()] = role();
  if (hard() != last_hard_) facts.hard[number()] = hard();
  last_role_ = role();
  last_hard_ = hard();
  for (ScriptEntry& entry : entries_of(writes_)) {
    facts.appended[number()].push_back(std::move(entry));
  }
}

void ScriptedMember::apply_committed(Facts& facts) {
  std::size_t size = 0;
  while (applied_ < applicable()) {
    const RawEntry* entry = raft_->log().recent(applied_ + 1);
    if (entry == nullptr) return;
    size += entry->data.size() + 6;
    if (size > options_.committed_size_max && size > entry->data.size() + 6) return;
    facts.committed[number()].push_back(shown(*entry));
    ++applied_;
  }
}

void ScriptedMember::process_ready(Facts& facts, std::vector<Travelling>& network) {
  const bool changed = hard() != last_hard_;
  note_what_changed(facts);
  apply_committed(facts);
  AppendWork work;
  work.ticket = last_ticket_;
  work.writes = std::exchange(writes_, {});
  for (Travelling& travelling : std::exchange(unsent_, {})) {
    if (options_.async_storage && waits_for_storage(travelling.message)) {
      work.responses.push_back(std::move(travelling));
      continue;
    }
    facts.sent.push_back(travelling.shown);
    network.push_back(std::move(travelling));
  }
  if (options_.async_storage) {
    if (changed || !work.writes.empty() || !work.responses.empty()) {
      append_work_.push_back(std::move(work));
    }
    return;
  }
  for (const storage::GroupWrite& write : work.writes) store(write);
  raft_->persisted(clock_, last_ticket_);
  take_effects(Answers::as_they_are);
}

void ScriptedMember::process_append(Facts& facts, std::vector<Travelling>& network) {
  if (append_work_.empty()) return;
  AppendWork work = std::move(append_work_.front());
  append_work_.pop_front();
  for (const storage::GroupWrite& write : work.writes) store(write);
  for (Travelling& response : work.responses) {
    facts.sent.push_back(response.shown);
    network.push_back(std::move(response));
  }
  Travelling stored;
  stored.journey = {number(), number()};
  stored.stored = work.ticket;
  network.push_back(std::move(stored));
}

void ScriptedMember::store(const storage::GroupWrite& write) {
  if (write.reset) {
    stored_.clear();
    first_stored_ = write.reset->index + 1;
  }
  for (const RawEntry& entry : write.entries) {
    std::erase_if(stored_,
                  [&](const RawEntry& old) { return old.position.index >= entry.position.index; });
    stored_.push_back(entry);
  }
}

void ScriptedMember::show_log(Facts& facts) const {
  for (const RawEntry& entry : stored_) facts.log.push_back(shown(entry));
}

void ScriptedMember::show_progress(Facts& facts) const {
  if (!raft_->leads()) return;
  const auto state_of = [](core::Progress::State state) {
    return state == core::Progress::State::replicate ? "StateReplicate" : "StateProbe";
  };
  const std::uint64_t durable = raft_->durable().index.value();
  facts.progress[number()] = {"StateReplicate", durable, durable + 1, 0, false};
  for (const auto& [who, progress] : raft_->progress()) {
    const int other = raft_scripts::number_of(who.peer);
    ProgressFact fact{state_of(progress.state()), progress.match().value(), progress.next().value(),
                      progress.in_flight().count(), progress.in_flight().full()};
    if (offered_.contains(other)) fact.state = "offered a session";
    facts.progress[other] = fact;
  }
}

void ScriptedMember::show_standing(Facts& facts) const {
  const bool voter = raft_->configurations().in_force().is_voter(member(number()));
  facts.standing[number()] = {role().state, voter, raft_->term().value(), role().leader};
}

}  // namespace tessera::raft_scripts
