#include "scripted_member.h"

#include "members.h"
#include <tessera/groups/core/entry_data.h>

#include <algorithm>

namespace tessera::raft_scripts {
namespace {

/// Long enough for a written commit index not to be late, short enough for any stated timeout.
constexpr std::chrono::seconds tick_length{2};
constexpr std::size_t unbounded = std::size_t{1} << 40U;

std::uint64_t number_of(const std::optional<MemberId>& who) {
  return who ? static_cast<std::uint64_t>(raft_scripts::number_of(who->peer)) : 0;
}

GroupSettings settings_of(const MemberOptions& options) {
  const auto ticks = [](std::uint64_t count) { return tick_length * static_cast<int>(count); };
  GroupSettings settings;
  settings.heartbeat = ticks(options.heartbeat_ticks);
  settings.election_timeout = ticks(options.election_ticks);
  // Nobody campaigns but where the script says so, or after the ticks counted here.
  settings.election_jitter = std::chrono::hours{1000};
  settings.inline_catch_up = unbounded;
  return settings;
}

core::RaftOptions raft_options_of(const MemberOptions& options) {
  core::RaftOptions raft;
  raft.self = member(options.number);
  raft.pre_vote = options.pre_vote;
  raft.check_quorum = options.check_quorum;
  raft.limits.append_max = unbounded;
  raft.limits.uncommitted_max = unbounded;
  raft.limits.in_flight_max = unbounded;
  raft.limits.in_flight_messages_max = options.in_flight_max;
  raft.seed = static_cast<std::uint64_t>(options.number);
  return raft;
}

core::RaftRecord record_of(const MemberOptions& options) {
  storage::GroupRecord record;
  record.base = options.base;
  record.last = options.base;
  core::RaftRecord raft;
  raft.hard.commit = options.base.index;
  raft.log = core::Log(record, {});
  raft.settings.restart(options.base.index, settings_of(options));
  if (!options.configuration.members().empty()) {
    raft.configurations.restart(options.base.index, options.configuration);
  }
  return raft;
}

}  // namespace

ScriptedMember::ScriptedMember(const MemberOptions& options)
    : options_(options),
      raft_(std::make_unique<core::Raft>(raft_options_of(options), record_of(options), outbox_)),
      first_stored_(options.base.index + 1),
      applied_(options.base.index) {
  raft_->start(clock_);
  for (int other = 1; other <= members_max; ++other) {
    if (other != options.number) raft_->peer_up(clock_, member(other));
  }
  last_role_ = role();
  last_hard_ = hard();
}

void ScriptedMember::campaign() {
  if (raft_->leads()) return;
  campaigned_ = false;
  // The deadline may first be that of a commit index waiting to be written.
  for (int attempt = 0; attempt < 3 && !campaigned_ && !raft_->leads(); ++attempt) {
    const auto deadline = raft_->next_deadline();
    if (!deadline) return;
    clock_ = std::max(clock_, *deadline);
    raft_->tick(clock_);
    take_effects(Answers::as_they_are);
  }
  // Who needs no other vote leads at once there; here it waits until its own is durable.
  if (!raft_->leads() && raft_->configurations().in_force().voters.size() == 1) {
    raft_->persisted(clock_, last_ticket_);
    take_effects(Answers::as_they_are);
  }
  elapsed_ = 0;
}

void ScriptedMember::tick() {
  clock_ += tick_length;
  raft_->tick(clock_);
  take_effects(Answers::as_they_are);
  const std::uint64_t longest = 2 * options_.election_ticks - 1;
  const std::uint64_t limit = campaign_after_ != 0 ? campaign_after_ : longest;
  if (!raft_->leads() && ++elapsed_ >= limit) campaign();
}

bool ScriptedMember::propose(std::string_view data) {
  const bool taken = raft_->propose(clock_, EntryKind::command, Bytes::copy(data)).has_value();
  take_effects(Answers::as_they_are);
  return taken;
}

bool ScriptedMember::propose(const core::Configuration& next) {
  const bool taken = next.validate() && raft_->propose_configuration(clock_, next).has_value();
  take_effects(Answers::as_they_are);
  return taken;
}

bool ScriptedMember::transfer_to(int other) {
  const bool taken = raft_->transfer(clock_, member(other));
  take_effects(Answers::as_they_are);
  return taken;
}

ScriptedMember::Answers ScriptedMember::answers_to(const core::Message& message) const {
  const auto is_old = [this](Term term) { return term < raft_->term(); };
  if (const auto* vote = std::get_if<core::VoteRequest>(&message)) {
    return is_old(vote->term) && !vote->pre ? Answers::lost : Answers::as_they_are;
  }
  const auto* append = std::get_if<core::AppendRequest>(&message);
  const auto* heartbeat = std::get_if<core::HeartbeatRequest>(&message);
  const auto* offer = std::get_if<core::SyncOffer>(&message);
  const bool old = (append != nullptr && is_old(append->term)) ||
                   (heartbeat != nullptr && is_old(heartbeat->term)) ||
                   (offer != nullptr && is_old(offer->term));
  if (!old) return Answers::as_they_are;
  return options_.pre_vote || options_.check_quorum ? Answers::only_a_term : Answers::lost;
}

void ScriptedMember::note_progress_of_time(const core::Message& message) {
  const bool of_leader = std::holds_alternative<core::AppendRequest>(message) ||
                         std::holds_alternative<core::HeartbeatRequest>(message) ||
                         std::holds_alternative<core::SyncOffer>(message);
  if (of_leader && answers_to(message) == Answers::as_they_are) {
    elapsed_ = 0;
    forgetful_ = false;
  }
}

void ScriptedMember::receive(const Travelling& travelling) {
  if (travelling.stored) {
    raft_->persisted(clock_, *travelling.stored);
    take_effects(Answers::as_they_are);
    return;
  }
  const Answers answers = answers_to(travelling.message);
  const MemberId from = member(travelling.journey.from);
  const HardStateFact before = hard();
  note_progress_of_time(travelling.message);
  std::visit(
      [&](const auto& message) {
        if constexpr (requires { raft_->receive(clock_, from, message); }) {
          raft_->receive(clock_, from, message);
        }
      },
      travelling.message);
  if (travelling.shown.is_acknowledgement() &&
      std::holds_alternative<core::AppendResponse>(travelling.message)) {
    offered_.erase(travelling.journey.from);
  }
  core::RaftEvents events = raft_->take_events();
  if (events.session_wanted && travelling.snapshot) install(*travelling.snapshot);
  if (hard().term != before.term) forgetful_ = false;
  if (hard().vote != before.vote) elapsed_ = 0;
  take_effects(answers);
}

void ScriptedMember::install(const core::Raft::Installed& installed) {
  // A session that takes no time.
  std::optional<Cursor> reset;
  if (!raft_->log().holds(installed.position)) reset = installed.position;
  outbox_.persist_snapshot({storage::SnapshotId{++snapshots_}, installed.position}, reset);
  raft_->install(installed);
  raft_->session_done(snapshots_, installed.position);
  applied_ = std::max(applied_, installed.position.index);
}

void ScriptedMember::take_effects(Answers answers) {
  raft_->flush(clock_);
  raft_->tell_commit();
  answer_reads();
  raft_->check_invariants();
  core::Effects effects = outbox_.take();
  for (core::Persist& persist : effects.persists) {
    last_ticket_ = persist.ticket;
    writes_.push_back(std::move(persist.write));
  }
  for (const core::Send& send : effects.sends) queue(send, answers);
  if (raft_->leads() != led_) campaign_after_ = 0;
  led_ = raft_->leads();
}

void ScriptedMember::answer_reads() {
  for (const auto& wanted : raft_->take_events().wanted) {
    std::vector<RawEntry> entries;
    for (const RawEntry& entry : stored_) {
      if (entry.position.index >= wanted.from) entries.push_back(entry);
    }
    raft_->entries_read(clock_, wanted.to, entries);
  }
}

void ScriptedMember::queue(const core::Send& send, Answers answers) {
  const bool asks = std::holds_alternative<core::VoteRequest>(send.message);
  campaigned_ = campaigned_ || asks;
  // A new leader's first heartbeat says nothing that its first append does not.
  const bool heartbeat = std::holds_alternative<core::HeartbeatRequest>(send.message);
  if (heartbeat && !led_) return;
  Travelling travelling;
  travelling.journey = {options_.number, raft_scripts::number_of(send.to)};
  travelling.message = send.message;
  auto shown = raft_scripts::shown(travelling.journey, send.message);
  if (!shown || answers == Answers::lost) return;
  travelling.shown = std::move(*shown);
  if (answers == Answers::only_a_term) {
    ScriptMessage only_term;
    only_term.from = travelling.journey.from;
    only_term.to = travelling.journey.to;
    only_term.type = "MsgAppResp";
    only_term.term = travelling.shown.term;
    travelling.shown = std::move(only_term);
  }
  if (std::holds_alternative<core::SyncOffer>(send.message)) {
    travelling.snapshot = snapshot_for(travelling.journey.to).snapshot;
    offered_.insert(travelling.journey.to);
  }
  unsent_.push_back(std::move(travelling));
}

Travelling ScriptedMember::snapshot_for(int other) const {
  core::SyncOffer offer;
  offer.term = raft_->term();
  offer.target = raft_->committed();
  offer.election_timeout = settings_of(options_).election_timeout;
  Travelling travelling;
  travelling.journey = {options_.number, other};
  travelling.message = offer;
  travelling.shown = *raft_scripts::shown(travelling.journey, travelling.message);
  core::Raft::Installed installed;
  installed.position = offer.target;
  installed.configuration = raft_->configurations().at(offer.target.index);
  installed.settings = settings_of(options_);
  travelling.snapshot = std::move(installed);
  return travelling;
}

void ScriptedMember::lose_bond_with(int other) {
  raft_->peer_down(member(other));
  raft_->peer_up(clock_, member(other));
  raft_->flush(clock_);
  raft_->tell_commit();
  // What the new bond begins with is lost as well: the script has no bonds.
  core::Effects effects = outbox_.take();
  for (core::Persist& persist : effects.persists) writes_.push_back(std::move(persist.write));
}

void ScriptedMember::forget_leader() {
  if (raft_->leads() || !raft_->leader() || options_.lease_reads) return;
  clock_ += settings_of(options_).election_timeout;
  forgetful_ = true;
}

void ScriptedMember::compact(Index index) {
  raft_->log().evict({index, 0});
  std::erase_if(stored_, [&](const RawEntry& entry) { return entry.position.index <= index; });
  first_stored_ = std::max(first_stored_, index + 1);
}

RoleFact ScriptedMember::role() const {
  static const std::map<core::Raft::Role, std::string> names = {
      {core::Raft::Role::follower, "StateFollower"},
      {core::Raft::Role::pre_candidate, "StatePreCandidate"},
      {core::Raft::Role::candidate, "StateCandidate"},
      {core::Raft::Role::leader, "StateLeader"},
  };
  return {number_of(raft_->leader()), names.at(raft_->role())};
}

HardStateFact ScriptedMember::hard() const {
  const storage::HardState& hard = raft_->hard_state();
  return {hard.term.value(), number_of(hard.vote), hard.commit.value()};
}

}  // namespace tessera::raft_scripts
