#include <tessera/groups/shell/member.h>
#include <tessera/runtime/group_status.h>

#include <algorithm>

namespace tessera {
namespace {

Role role_of(const shell::MemberStatus& status) {
  if (status.closed) return Role::stopped;
  switch (status.core.role) {
    case core::Role::founding:
      return Role::founding;
    case core::Role::follower:
      return Role::follower;
    case core::Role::pre_candidate:
    case core::Role::candidate:
      return Role::candidate;
    case core::Role::leader:
      return Role::leader;
    case core::Role::stopped:
      return Role::stopped;
  }
  return Role::stopped;
}

SyncStatus sync_of(const core::SessionStatus& session) {
  return {session.target, session.progress, session.received, session.last_failure};
}

std::vector<MemberInfo> members_of(const core::Status& status) {
  std::vector<MemberInfo> members;
  for (const MemberId& id : status.configuration.members()) {
    MemberInfo member;
    member.id = id;
    member.voter = status.configuration.is_voter(id);
    member.bonded = id == status.self || std::find(status.bonds.begin(), status.bonds.end(),
                                                   id.peer) != status.bonds.end();
    members.push_back(member);
  }
  return members;
}

}  // namespace

std::string_view name_of(Role role) {
  switch (role) {
    case Role::founding:
      return "founding";
    case Role::follower:
      return "follower";
    case Role::candidate:
      return "candidate";
    case Role::leader:
      return "leader";
    case Role::stopped:
      return "stopped";
  }
  return "unknown";
}

GroupStatus runtime::describe(const shell::MemberStatus& status) {
  const core::Status& core = status.core;
  GroupStatus view;
  view.group = status.group;
  view.self = core.self.peer;
  view.storage = core.self.storage;
  view.genesis = core.genesis;
  view.role = role_of(status);
  view.term = core.term;
  if (core.leader) view.leader = core.leader->peer;
  view.base = core.base;
  view.last = core.last;
  view.durable = core.durable;
  view.committed = core.committed;
  view.applied = core.applied;
  view.log_time = core.log_time;
  view.client_sessions = core.client_sessions;
  view.members = members_of(core);
  view.bonds = core.bonds;
  for (const shell::BondProblem& each : status.bond_problems) {
    view.bond_problems.push_back({each.peer, each.reason});
  }
  view.settings = core.settings;
  view.online = core.online && !status.closed;
  view.asleep = core.asleep && !status.closed;
  view.disk_short = core.disk_short;
  if (core.session) view.sync = sync_of(*core.session);
  if (core.last_session) {
    const core::EndedSession& last = *core.last_session;
    view.last_sync = EndedSync{sync_of(last.session), last.lasted, last.failure};
  }
  view.sync_totals = core.sync_totals;
  view.start = {status.restore.parts_done, status.restore.parts_total, status.restore.bytes,
                core.replay.entries_done,  core.replay.entries_total,  core.replay.bytes};
  view.opening = !status.closed && !status.problem &&
                 (!status.started || core.replay.entries_done < core.replay.entries_total);
  view.closed = status.closed;
  view.problem = status.problem;
  return view;
}

}  // namespace tessera
