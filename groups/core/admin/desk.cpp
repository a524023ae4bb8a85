#include <tessera/groups/core/admin/desk.h>
#include <tessera/groups/core/entry_data.h>

#include <algorithm>
#include <utility>

namespace tessera::core {
namespace {

/// The member of `group` that is `peer`, if there is one.
std::optional<MemberId> member_in(const std::set<MemberId>& group, const PeerId& peer) {
  const auto found = std::find_if(group.begin(), group.end(),
                                  [&](const MemberId& member) { return member.peer == peer; });
  return found == group.end() ? std::nullopt : std::optional(*found);
}

/// True if what is in force is committed and final.
bool is_settled(const Raft& raft) {
  return raft.configurations().in_force_since() <= raft.committed().index &&
         !raft.configurations().in_force().joint();
}

Error no_majority(const PeerId& peer) {
  return {Errc::not_allowed,
          "without the vote of " + peer.brief() + " no majority of the voters answers"};
}

Error last_voter() {
  return {Errc::last_voter, "the last voter of a group keeps its vote; promote another first"};
}

/// More can only be asked of voters whose stores are known to give it.
Result<void> voters_give(const MembershipView& view, Durability wanted) {
  if (wanted <= view.settings.durability) return {};
  for (const MemberId& voter : view.present.voters) {
    const MemberFacts* facts = view.find(voter);
    const bool known = voter == view.self || (facts != nullptr && facts->bonded_since);
    if (!known) {
      return {Errc::not_allowed,
              "the voter " + voter.peer.brief() + " is not here to say what its store gives"};
    }
    if ((voter == view.self ? view.durability : facts->durability) < wanted) {
      return {Errc::not_allowed, "the store of the voter " + voter.peer.brief() +
                                     " gives less than that; demote it first"};
    }
  }
  return {};
}

}  // namespace

void AdminDesk::receive(TimePoint now, const PeerId& asker, const AdminRequest& request) {
  const auto same = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& each) {
    return each.request.run == request.run && each.request.number == request.number;
  });
  if (same != waiting_.end()) {
    same->asked = now;
  } else if (waiting_.size() < waiting_max) {
    waiting_.push_back({asker, request, now});
  }
}

std::vector<AdminDesk::Answer> AdminDesk::work(TimePoint now, Raft& raft,
                                               const MembershipView& view) {
  std::vector<Answer> answers;
  const Duration kept = view.settings.election_timeout * timeouts_kept;
  // One that has to wait, for a learner to catch up say, does not hold up the others.
  std::erase_if(waiting_, [&](const Waiting& each) {
    if (now - each.asked > kept) return true;
    if (!raft.settled()) return false;
    const Outcome outcome = advance(now, raft, view, each.request.action);
    if (!outcome.finished) return false;
    Answer answer{each.asker, {}};
    answer.response.run = each.request.run;
    answer.response.number = each.request.number;
    answer.response.position = raft.committed();
    if (outcome.error) {
      answer.response.error = static_cast<Errc>(outcome.error->code().value());
      answer.response.message = outcome.error->message();
    }
    answers.push_back(std::move(answer));
    return true;
  });
  return answers;
}

AdminDesk::Outcome AdminDesk::advance(TimePoint now, Raft& raft, const MembershipView& view,
                                      const AdminAction& action) {
  switch (action.kind) {
    case AdminAction::Kind::remove:
      return remove(now, raft, view, action.peer);
    case AdminAction::Kind::promote:
      return promote(now, raft, view, action.peer);
    case AdminAction::Kind::demote:
      return demote(now, raft, view, action.peer);
    case AdminAction::Kind::transfer:
      return transfer(now, raft, view, action.peer);
    case AdminAction::Kind::configure:
      return configure(now, raft, view, action.settings);
    case AdminAction::Kind::snapshot:
    case AdminAction::Kind::prune:
      return {true, Error(Errc::not_allowed, "a member stores and prunes by itself alone")};
  }
  return {true, Error(Errc::needs_upgrade, "this leader does not know the admin operation")};
}

AdminDesk::Outcome AdminDesk::remove(TimePoint now, Raft& raft, const MembershipView& view,
                                     const PeerId& peer) {
  Configuration next = view.present;
  const auto is_peer = [&](const MemberId& member) { return member.peer == peer; };
  std::erase_if(next.voters, is_peer);
  std::erase_if(next.learners, is_peer);
  std::erase_if(next.held_back, is_peer);
  leaving_.insert(peer);
  if (!is_settled(raft)) return {};
  if (next == view.present) {
    removed_.push_back(peer);
    return {true, {}};
  }
  if (next.voters.empty()) {
    leaving_.erase(peer);
    return {true, last_voter()};
  }
  if (!view.majority_answers(next.voters, now)) {
    leaving_.erase(peer);
    return {true, no_majority(peer)};
  }
  raft.propose_configuration(now, next);
  return {};
}

AdminDesk::Outcome AdminDesk::promote(TimePoint now, Raft& raft, const MembershipView& view,
                                      const PeerId& peer) {
  if (!is_settled(raft)) return {};
  if (member_in(view.present.voters, peer)) return {true, {}};
  const auto learner = member_in(view.present.learners, peer);
  if (!learner) {
    return {true, Error(Errc::not_found, peer.brief() + " is no member of the group")};
  }
  const MemberFacts* known = view.find(*learner);
  if (known != nullptr && known->durability < view.settings.durability) {
    return {true, Error(Errc::not_allowed, "the store of " + peer.brief() +
                                               " gives less durability than the group demands")};
  }
  if (known == nullptr || !known->caught_up || !view.answers(*learner, now)) return {};
  Configuration next = view.present;
  next.learners.erase(*learner);
  next.held_back.erase(*learner);
  next.voters.insert(*learner);
  raft.propose_configuration(now, next);
  return {};
}

AdminDesk::Outcome AdminDesk::demote(TimePoint now, Raft& raft, const MembershipView& view,
                                     const PeerId& peer) {
  if (!is_settled(raft)) return {};
  Configuration next = view.present;
  if (const auto learner = member_in(view.present.learners, peer)) {
    if (view.present.held_back.contains(*learner)) return {true, {}};
    next.held_back.insert(*learner);
  } else if (const auto voter = member_in(view.present.voters, peer)) {
    if (view.present.voters.size() == 1) return {true, last_voter()};
    next.voters.erase(*voter);
    if (!view.majority_answers(next.voters, now)) return {true, no_majority(peer)};
    next.learners.insert(*voter);
    next.held_back.insert(*voter);
  } else {
    return {true, Error(Errc::not_found, peer.brief() + " is no member of the group")};
  }
  raft.propose_configuration(now, next);
  return {};
}

AdminDesk::Outcome AdminDesk::transfer(TimePoint now, Raft& raft, const MembershipView& view,
                                       const PeerId& peer) {
  if (peer == view.self.peer) return {true, {}};
  if (!is_settled(raft) || raft.transfers()) return {};
  const auto voter = member_in(view.present.voters, peer);
  if (!voter) return {true, Error(Errc::not_allowed, peer.brief() + " is no voter of the group")};
  const MemberFacts* known = view.find(*voter);
  if (known != nullptr && known->observer) {
    return {true, Error(Errc::not_allowed, peer.brief() + " only observes")};
  }
  // Nothing is appended while leadership moves, so it does not move to who is not there.
  if (!view.answers(*voter, now)) return {};
  // Who leads afterwards answers; should this attempt fail, the next look begins another.
  raft.transfer(now, *voter);
  return {};
}

AdminDesk::Outcome AdminDesk::configure(TimePoint now, Raft& raft, const MembershipView& view,
                                        const GroupSettings& settings) {
  if (auto valid = settings.validate(); !valid) return {true, valid.error()};
  if (auto given = voters_give(view, settings.durability); !given) return {true, given.error()};
  if (raft.settings().in_force() == settings) {
    if (raft.settings().in_force_since() > raft.committed().index) return {};
    return {true, {}};
  }
  // One at a time, like members: the answer names what is committed.
  if (raft.settings().in_force_since() <= raft.committed().index) {
    raft.propose(now, EntryKind::settings, encode_settings(settings));
  }
  return {};
}

std::vector<PeerId> AdminDesk::take_removed() { return std::exchange(removed_, {}); }

void AdminDesk::clear() {
  waiting_.clear();
  leaving_.clear();
  removed_.clear();
}

}  // namespace tessera::core
