#include <tessera/groups/core/raft/quorum.h>
#include <tessera/groups/core/raft/raft.h>

#include <algorithm>

// Leader election: thesis, 3.4 and 9.6 (pre-vote), 6.2 (a leader that is cut off steps down).

namespace tessera::core {
namespace {

/// A leader that states a longer timeout than this is not believed.
constexpr std::chrono::milliseconds stated_timeout_max{60'000};

}  // namespace

void Raft::become_follower(TimePoint now, Term term, std::optional<MemberId> leader) {
  if (leads()) {
    refuse_all_reads();
    progress_.clear();
    transfer_.reset();
  }
  if (term > hard_.term) {
    hard_.term = term;
    hard_.vote.reset();
    verified_ = Index{};
    persist_hard_state();
    term_ticket_ = outbox_.latest();
  }
  asleep_ = false;
  role_ = Role::follower;
  leader_ = leader;
  leader_takes_none_ = false;
  granted_.clear();
  refused_.clear();
  reset_election_deadline(now);
  outbox_.status_changed();
}

void Raft::campaign(TimePoint now, Campaign kind) {
  const bool pre = kind == Campaign::pre_vote;
  if (!pre) {
    hard_.term = hard_.term + 1;
    hard_.vote = options_.self;
    verified_ = Index{};
    persist_hard_state();
    term_ticket_ = outbox_.latest();
  }
  role_ = pre ? Role::pre_candidate : Role::candidate;
  leader_.reset();
  granted_.clear();
  refused_.clear();
  reset_election_deadline(now);
  outbox_.status_changed();

  VoteRequest request;
  request.term = pre ? hard_.term + 1 : hard_.term;
  request.last = log_.last();
  request.pre = pre;
  request.transfer = kind == Campaign::transfer;
  for (const MemberId& member : configurations_.in_force().members()) {
    if (member == options_.self || !configurations_.in_force().is_voter(member)) continue;
    send(member, request, pre ? After::term : After::everything);
  }
  count_vote(now, options_.self, true);
}

void Raft::count_vote(TimePoint now, const MemberId& voter, bool granted) {
  // Sets of ids, so that a duplicated answer is one answer; who is not a voter in the
  // configuration in force is in nobody's majority.
  (granted ? granted_ : refused_).insert(voter);
  const Configuration& configuration = configurations_.in_force();
  if (has_quorum(configuration, granted_)) {
    if (role_ == Role::pre_candidate) {
      campaign(now, Campaign::election);
    } else if (granted_.size() > 1 || written_ >= term_ticket_) {
      // Whoever else gave its vote was asked only once this member's own was durable. Who needs
      // nobody else waits for that: a crash could otherwise begin the same term once more.
      become_leader(now);
    }
  } else if (quorum_is_lost(configuration, refused_)) {
    become_follower(now, hard_.term, std::nullopt);
  }
}

void Raft::become_leader(TimePoint now) {
  role_ = Role::leader;
  rest_due_ = now + own_timeout();
  leader_ = options_.self;
  granted_.clear();
  refused_.clear();
  leading_since_ = now;
  leading_from_ = last_time_;
  quorum_check_due_ = now + own_timeout();
  track_members(now);
  silent_since_.clear();
  outbox_.status_changed();
  outbox_.log(LogLevel::info, "leads in term " + std::to_string(hard_.term.value()));
  // An entry of its own term lets the leader commit what earlier ones left (thesis, 6.4).
  append_own({RawEntry{{hard_.term, log_.last().index + 1}, EntryKind::noop, last_time_, {}}});
  broadcast_heartbeat(now);
  replicate_to_all(WhenEmpty::send);
  advance_commit_index(now);
}

void Raft::receive(TimePoint now, const MemberId& from, const VoteRequest& request) {
  if (request.term > hard_.term) {
    // A member that hears from a live leader does not let others disturb it (rule 3).
    if (!request.transfer && is_sticky(now)) return;
    // A pre-vote asks about a term that nobody is in yet.
    if (!request.pre) become_follower(now, request.term, std::nullopt);
  }
  const bool free_to_vote = hard_.vote == from || (!hard_.vote && !leader_);
  const bool asks_ahead = request.pre && request.term > hard_.term;
  VoteResponse response;
  response.pre = request.pre;
  response.term = hard_.term;
  response.granted =
      request.term >= hard_.term && (free_to_vote || asks_ahead) && log_is_current(request.last);
  if (response.granted) {
    response.term = request.term;
    if (!request.pre) {
      if (!hard_.vote) {
        hard_.vote = from;
        persist_hard_state();
      }
      reset_election_deadline(now);
    }
  }
  send(from, response, After::everything);
}

void Raft::receive(TimePoint now, const MemberId& from, const VoteResponse& response) {
  const bool promises_ahead = response.pre && response.granted;
  if (response.term > hard_.term && !promises_ahead) {
    become_follower(now, response.term, std::nullopt);
    return;
  }
  if (response.pre) {
    if (role_ != Role::pre_candidate) return;
    if (response.granted && response.term != hard_.term + 1) return;
    if (!response.granted && response.term != hard_.term) return;
  } else if (role_ != Role::candidate || response.term != hard_.term) {
    return;
  }
  count_vote(now, from, response.granted);
}

void Raft::reset_election_deadline(TimePoint now) {
  const auto jitter = std::chrono::duration_cast<Duration>(settings_.in_force().election_jitter);
  const auto bound = static_cast<std::uint64_t>(std::max<Duration::rep>(jitter.count(), 1));
  election_deadline_ =
      now + election_timeout() + Duration(static_cast<Duration::rep>(random_.below(bound)));
}

void Raft::heard_leader(TimePoint now, const MemberId& leader, std::chrono::milliseconds timeout) {
  leader_ = leader;
  leader_heard_ = now;
  leader_timeout_ = std::min(timeout, stated_timeout_max);
  reset_election_deadline(now);
}

bool Raft::is_sticky(TimePoint now) const {
  if (!options_.check_quorum || !leader_) return false;
  if (leads()) return true;  // until it finds that it lost its quorum
  return leader_heard_ && now < *leader_heard_ + election_timeout();
}

bool Raft::may_campaign() const {
  if (options_.observer || declines_) return false;
  // Until the change that takes its vote is committed it may be the only one that holds what the
  // others need to elect anybody (thesis, 4.2.2); its own vote counts for nothing then.
  return configurations_.in_force().is_voter(options_.self) ||
         configurations_.at(hard_.commit).is_voter(options_.self);
}

bool Raft::log_is_current(const Cursor& candidate_last) const {
  return candidate_last >= log_.last();
}

void Raft::check_quorum(TimePoint now) {
  quorum_check_due_ = now + own_timeout();
  if (!options_.check_quorum) return;
  std::set<MemberId> active{options_.self};
  for (auto& [member, progress] : progress_) {
    if (std::exchange(progress.recent_active, false)) active.insert(member);
  }
  if (has_quorum(configurations_.in_force(), active)) return;
  outbox_.log(LogLevel::warning, "steps down: a majority of the voters has not answered within " +
                                     std::to_string(own_timeout().count()) + " ms");
  become_follower(now, hard_.term, std::nullopt);
}

Duration Raft::election_timeout() const {
  return std::max(own_timeout() * options_.timeout_factor, leader_timeout_);
}

bool Raft::accept_leader(TimePoint now, const MemberId& from, Term term,
                         std::chrono::milliseconds timeout) {
  if (term < hard_.term) return false;
  if (term == hard_.term && leads()) {
    outbox_.log(LogLevel::error, "ignores a second leader of its own term");
    return false;
  }
  if (term > hard_.term || role_ != Role::follower || leader_ != from) {
    become_follower(now, term, from);
  }
  heard_leader(now, from, timeout);
  return true;
}

bool Raft::accept_answer(TimePoint now, Term term) {
  if (term > hard_.term) become_follower(now, term, std::nullopt);
  return term == hard_.term && leads();
}

}  // namespace tessera::core
