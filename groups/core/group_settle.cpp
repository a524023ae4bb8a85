#include <tessera/groups/core/group_state.h>

#include <algorithm>
#include <utility>

namespace tessera::core {
namespace {

/// What one step may set in motion settles in a few rounds; more would be a loop.
constexpr int rounds_max = 100;

}  // namespace

void GroupCore::State::settle() {
  if (stopped_) return;
  for (int round = 0; round < rounds_max; ++round) {
    bool more = settle_founding();
    settle_peers();
    if (raft_) {
      settle_space();
      more |= settle_raft();
      operations_.pump(now_, &*raft_);
      reads_.pump(now_, &*raft_);
      settle_membership();
      settle_sessions();
      settle_witness();
      settle_apply();
      settle_scrub();
    }
    if (!ready_reads_.empty()) {
      answer_ready_reads();
      more = true;
    }
    if (stopped_ || !more) break;
  }
  settle_return();
  const bool floor_reached = applier_.applied().index >= commit_floor_ && !starts_over_;
  if (!installing_ && floor_reached) reads_.applied(applier_.applied());
}

bool GroupCore::State::settle_founding() {
  FoundingOutput output = founding_->take_output();
  const bool any = output.record || !output.sends.empty() || !output.events.empty();
  if (output.record) {
    if (std::exchange(keeps_damaged_, false)) {
      outbox_.log(LogLevel::warning, "gives up the damaged data that it held");
      outbox_.persist_instead();
      outbox_.persist_storage(founding_->self().storage);
    }
    if (output.record->storage) outbox_.persist_storage(*output.record->storage);
    outbox_.persist_founding(std::move(output.record->bytes));
    founding_records_.emplace_back(outbox_.latest(), output.record->number);
  }
  for (FoundingSend& send : output.sends) {
    if (auto* notice = std::get_if<GenesisNotice>(&send.message)) notice->led = leads_for(send.to);
    std::visit([&](auto& content) { outbox_.send(send.to, std::move(content), outbox_.latest()); },
               send.message);
  }
  for (const FoundingEvent event : output.events) founding_event(event);
  if (raft_wanted_ && founding_->genesis()) {
    CoreRecord fresh;
    create_raft(std::move(fresh));
  }
  // Only now: the log of a genesis that was given up says nothing of the next one.
  if (raft_) {
    const Index own = founding_->acts() ? Index{1} : Index{};
    if (raft_->log().last().index > own) founding_->log_begun();
  }
  return any;
}

void GroupCore::State::founding_event(FoundingEvent event) {
  outbox_.status_changed();
  switch (event) {
    case FoundingEvent::founded:
      outbox_.log(LogLevel::info, "founded as " + founding_->genesis_id().brief());
      raft_wanted_ = true;
      break;
    case FoundingEvent::adopted:
      outbox_.log(LogLevel::info, "joins the group founded as " + founding_->genesis_id().brief());
      raft_wanted_ = true;
      break;
    case FoundingEvent::withdrawn:
      outbox_.log(LogLevel::warning, "gives up a founding that cannot come about");
      catch_up_->abandon("the group's founding was given up");
      operations_.withdrawn();
      raft_.reset();
      raft_wanted_ = false;
      for (auto& [peer, state] : peers_) state.consents = false;
      outbox_.persist_withdrawal();
      outbox_.rebond();
      break;
    case FoundingEvent::storage_renewed:
      storage_renewed();
      break;
  }
}

void GroupCore::State::settle_peers() {
  if (!raft_) return;
  for (auto& [peer, state] : peers_) {
    if (state.consents || !founding_->shares_genesis(peer)) continue;
    state.consents = true;
    witness_.remember({state.member, state.start_count, Term{}, Index{}});
    raft_->peer_up(now_, state.member);
  }
}

bool GroupCore::State::settle_raft() {
  RaftEvents events = raft_->take_events();
  const bool any = !events.reads.empty() || !events.wanted.empty() || !events.batches.empty() ||
                   events.session_wanted;
  for (const auto& answer : events.reads) reads_.answered(answer.counter, answer.index);
  for (const auto& wanted : events.wanted) {
    ReadEntries read;
    read.from = wanted.from;
    read.upto = wanted.upto;
    read.bytes_max = options_.limits.append_max;
    ask_store({ReadPurpose::Whose::follower, wanted.to, wanted.from}, read);
  }
  if (events.session_wanted) {
    catch_up_->open(now_, *events.session_wanted, events.session_leader_commit);
  }
  for (const auto& batch : events.batches) catch_up_->buffer(batch);
  if (raft_->leads()) catch_up_->abandon("this member leads now");
  return any;
}

void GroupCore::State::settle_sessions() {
  if (!raft_->settled()) {
    session_expiry_.not_leading();
    return;
  }
  if (!session_expiry_.is_due(now_)) return;
  const Duration ttl = raft_->settings().in_force().session_ttl;
  CloseSessions expired;
  expired.sessions = session_expiry_.expired(now_, ttl, applier_.sessions(), session_owners());
  if (expired.sessions.empty()) return;
  outbox_.log(LogLevel::info, "closes " + std::to_string(expired.sessions.size()) +
                                  " client sessions whose members are gone");
  raft_->propose(now_, EntryKind::session, encode_session_change(std::move(expired)));
}

void GroupCore::State::settle_apply() {
  if (applier_.problem() && applier_.problem()->is(Errc::machine_failed)) {
    stop(*applier_.problem());
    return;
  }
  if (applier_.problem() && stopped_by(*applier_.problem())) return;
  if (installing_ || diverged()) return;
  if (auto read = applier_.wanted_read(*raft_)) {
    ask_store({ReadPurpose::Whose::applier, {}, read->from}, *read);
  }
  // What is durable can be read back, so memory need not hold it; what is not committed is still
  // likely to be sent.
  const Index durable = raft_->durable().index;
  const Index upto =
      catch_up_->session_runs() ? durable : std::min(durable, raft_->committed().index);
  raft_->log().evict({upto, options_.limits.recent_max});
  // A state that has diverged may be followed by any from the base on.
  raft_->forget_histories_before(raft_->log().base().index);
}

SessionExpiry::Present GroupCore::State::session_owners() const {
  SessionExpiry::Present present{{options_.self, options_.run}};
  for (const auto& [peer, state] : peers_) {
    if (state.consents) present.insert({peer, state.run});
  }
  return present;
}

void GroupCore::State::wake() {
  if (!raft_ || stopped_) return;
  raft_->wake(now_);
  raft_->lull(false);  // until the end of the step, which knows what there is to do
}

bool GroupCore::State::has_nothing_to_do() const {
  const bool nobody_waits = !operations_.next_deadline() && !reads_.next_deadline() &&
                            !admin_calls_.next_deadline() && admin_desk_.empty();
  const bool state_stands = !installing_ && !catch_up_->session_runs() &&
                            applier_.applied() == raft_->committed() && !witness_has_news();
  return nobody_waits && state_stands && members_at_rest();
}

bool GroupCore::State::session_owners_are_here() const {
  const auto present = session_owners();
  const auto& sessions = applier_.sessions().sessions();
  return std::all_of(sessions.begin(), sessions.end(),
                     [&](const auto& each) { return present.contains(each.second.owner); });
}

Effects GroupCore::State::take_effects() {
  if (std::exchange(unsettled_, false)) settle();
  if (raft_ && !stopped_) {
    raft_->flush(now_);
    settle();
    settle_telling();
    if (options_.may_sleep) raft_->lull(raft_->quiet(now_) && has_nothing_to_do());
  }
  Effects effects = outbox_.take();
  if (stopped_) {
    // Silence, but for the answers to the callers, what the log has to say, and, where a member is
    // closed, what was still to be written.
    if (!problem_->is(Errc::group_closed)) effects.persists.clear();
    effects.sends.clear();
    effects.reads.clear();
    effects.snapshots.clear();
    return effects;
  }
  effects.wake_at = next_deadline();
  effects.commit_untold = raft_ && raft_->commit_untold();
  const bool applies = raft_ && !installing_ && !diverged() && applier_.pending(*raft_);
  effects.work_pending = applies || snapshots_pending() || woken_->load() ||
                         catch_up_->pending(installing_.has_value());
  return effects;
}

/// A caller whose command is committed often has another one. The others hear of the commit along
/// with that, instead of by messages of its own; where no caller of this member waits, at once.
void GroupCore::State::settle_telling() {
  if (!raft_->commit_untold()) {
    telling_waits_ = false;
    return;
  }
  telling_waits_ = telling_waits_ || operations_.next_deadline().has_value();
  if (!telling_waits_) raft_->tell_commit();
}

void GroupCore::State::tell_commit() {
  telling_waits_ = false;
  if (raft_) raft_->tell_commit();
}

std::optional<TimePoint> GroupCore::State::next_deadline() const {
  std::optional<TimePoint> earliest;
  const auto consider = [&](std::optional<TimePoint> when) {
    if (when) earliest = earliest ? std::min(*earliest, *when) : *when;
  };
  consider(founding_->next_deadline());
  consider(operations_.next_deadline());
  consider(reads_.next_deadline());
  consider(admin_calls_.next_deadline());
  consider(catch_up_->next_deadline(installing_.has_value()));
  if (raft_) {
    consider(raft_->next_deadline());
    if (!installing_) consider(scrub_.due(raft_->settings().in_force().scrub_interval));
    if (diverged() && !raft_->leads()) consider(catch_up_->next_opening());
    if (witness_has_news()) consider(witness_due_);
    if (raft_->settled()) {
      if (!members_at_rest()) consider(next_membership_due(membership_view(), now_));
      // What sessions whose owners have gone wait for, also while the group sleeps.
      if (!raft_->asleep() || !session_owners_are_here()) consider(session_expiry_.next_check());
    }
  }
  return earliest;
}

}  // namespace tessera::core
