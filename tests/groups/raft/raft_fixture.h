#pragma once

#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/raft/raft.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// A small language for tests of one member's Raft: members have numbers, this one is 1, and a
/// test says what arrives and looks at what leaves.
namespace tessera::core {

inline MemberId member(int number) {
  const std::string name = std::to_string(number);
  return {PeerId(UniqueId::from("peer " + name)), StorageId(UniqueId::from("store " + name))};
}

inline Configuration voters(int count) {
  Configuration configuration;
  for (int number = 1; number <= count; ++number) configuration.voters.insert(member(number));
  return configuration;
}

inline Cursor at(std::uint64_t term, std::uint64_t index) { return {Term{term}, Index{index}}; }

inline RawEntry command_at(std::uint64_t term, std::uint64_t index) {
  return {at(term, index), EntryKind::command, LogTime{0},
          Bytes::copy("t" + std::to_string(term) + "i" + std::to_string(index))};
}

class RaftTest : public testing::Test {
 protected:
  /// A member whose log holds the given entries; `terms[i]` is the term of entry i + 1.
  struct Start {
    int voter_count = 3;
    std::vector<std::uint64_t> terms = {1};
    std::uint64_t term = 1;
    std::uint64_t commit = 0;
    std::optional<MemberId> vote = std::nullopt;
    int self = 1;
    std::optional<Configuration> configuration = std::nullopt;
    std::optional<std::size_t> in_memory = std::nullopt;  ///< entries at the end; none: all
  };

  void start(const Start& start) {
    storage::GroupRecord record;
    std::vector<RawEntry> entries;
    for (std::size_t at = 0; at < start.terms.size(); ++at) {
      const Term term{start.terms[at]};
      if (record.runs.empty() || record.runs.back().term != term) {
        record.runs.push_back({term, Index{at + 1}});
      }
      entries.push_back(command_at(start.terms[at], at + 1));
      record.last = entries.back().position;
    }
    const std::size_t kept = std::min(start.in_memory.value_or(entries.size()), entries.size());
    entries.erase(entries.begin(), entries.end() - static_cast<std::ptrdiff_t>(kept));
    RaftRecord raft_record;
    raft_record.hard = {Term{start.term}, start.vote, Index{start.commit}};
    raft_record.log = Log(record, std::move(entries));
    raft_record.configurations.set(Index{0},
                                   start.configuration.value_or(voters(start.voter_count)));
    GroupSettings settings = settings_;
    raft_record.settings.set(Index{0}, settings);
    RaftOptions options;
    options.self = member(start.self);
    options.limits = limits_;
    options.may_sleep = options_may_sleep_;
    options.seed = seed_;
    raft_ = std::make_unique<Raft>(options, std::move(raft_record), outbox_);
    raft_->start(now_);
    for (int number = 1; number <= 9; ++number) {
      if (number != start.self) raft_->peer_up(now_, member(number));
    }
    effects();
  }

  /// Everything asked for since the last look, and the raft's own invariants.
  Effects effects() {
    raft_->flush(now_);
    raft_->tell_commit();
    raft_->check_invariants();
    return outbox_.take();
  }

  /// Messages of one kind that left for `to` since the last look. Everything else is dropped.
  template <class Kind>
  std::vector<Kind> sent_to(int to) {
    return of_kind<Kind>(effects(), to);
  }

  template <class Kind>
  static std::vector<Kind> of_kind(const Effects& effects, int to) {
    std::vector<Kind> found;
    for (const Send& send : effects.sends) {
      if (send.to != member(to).peer) continue;
      if (const auto* message = std::get_if<Kind>(&send.message)) found.push_back(*message);
    }
    return found;
  }

  template <class Kind>
  void receive(int from, const Kind& message) {
    raft_->receive(now_, member(from), message);
    raft_->check_invariants();
  }

  void wait(std::chrono::milliseconds time) {
    now_ += time;
    raft_->tick(now_);
  }
  void wait_for_election() { wait(settings_.election_timeout + settings_.election_jitter); }

  /// Makes everything durable that was asked for.
  void sync() {
    const Effects pending = effects();
    if (!pending.persists.empty()) raft_->persisted(now_, pending.persists.back().ticket);
  }

  VoteResponse vote(std::uint64_t term, bool pre, bool granted = true) {
    VoteResponse response;
    response.term = Term{term};
    response.pre = pre;
    response.granted = granted;
    return response;
  }

  /// Leads in the next term, with the votes of 2 and (of five) 3; its first entry is durable here.
  void lead() {
    const std::uint64_t next = raft_->term().value() + 1;
    wait_for_election();
    for (const bool pre : {true, false}) {
      for (int voter = 2; voter <= 3 && !raft_->leads(); ++voter) {
        receive(voter, vote(next, pre));
      }
    }
    ASSERT_TRUE(raft_->leads());
    sync();
  }

  /// Leads a group of three, which holds all there is up to index 2 and knows that it is committed.
  void lead_at_rest() {
    start({});
    lead();
    accept(2, 2);
    accept(3, 2);
    effects();
  }

  void accept(int from, std::uint64_t index) {
    AppendResponse response;
    response.term = raft_->term();
    response.index = Index{index};
    receive(from, response);
  }

  AppendRequest append(std::uint64_t term, Cursor preceding, std::vector<RawEntry> entries,
                       std::uint64_t commit = 0) {
    AppendRequest request;
    request.term = Term{term};
    request.preceding = preceding;
    request.entries = std::move(entries);
    request.commit = Index{commit};
    request.election_timeout = settings_.election_timeout;
    return request;
  }

  GroupSettings settings_;
  CoreLimits limits_;
  bool options_may_sleep_ = false;
  std::uint64_t seed_ = 7;
  TimePoint now_{std::chrono::seconds{100}};
  Outbox outbox_{GroupId{}, "test"};
  std::unique_ptr<Raft> raft_;
};

}  // namespace tessera::core
