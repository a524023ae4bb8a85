#include <tessera/runtime/tool/status_json.h>

#include <nlohmann/json.hpp>

namespace tessera::tool {
namespace {

using nlohmann::json;

json sync_json(const SyncStatus& sync) {
  json report;
  report["target"] = sync.target.to_string();
  report["bytes_done"] = sync.progress.bytes_done;
  report["bytes_total"] = sync.progress.bytes_total;
  report["entries_done"] = sync.progress.entries_done;
  report["entries_total"] = sync.progress.entries_total;
  report["received"] = json::object();
  for (const auto& [peer, bytes] : sync.received) report["received"][peer.hex()] = bytes;
  report["last_failure"] = sync.last_failure;
  return report;
}

json last_sync_json(const EndedSync& last) {
  json report = sync_json(last.session);
  report["seconds"] = std::chrono::duration<double>(last.lasted).count();
  report["failure"] = last.failure;
  return report;
}

json totals_json(const SyncTotals& totals) {
  json report;
  report["sessions"] = totals.sessions;
  report["sessions_done"] = totals.sessions_done;
  report["bytes_received"] = totals.bytes_received;
  report["bytes_served"] = totals.bytes_served;
  return report;
}

json start_json(const GroupStatus& group) {
  json report;
  report["opening"] = group.opening;
  report["parts_done"] = group.start.parts_done;
  report["parts_total"] = group.start.parts_total;
  report["state_bytes"] = group.start.state_bytes;
  report["entries_done"] = group.start.entries_done;
  report["entries_total"] = group.start.entries_total;
  report["log_bytes"] = group.start.log_bytes;
  return report;
}

json members_json(const GroupStatus& group) {
  json members = json::array();
  for (const MemberInfo& member : group.members) {
    json entry;
    entry["peer"] = member.id.peer.hex();
    entry["storage"] = member.id.storage.hex();
    entry["voter"] = member.voter;
    entry["bonded"] = member.bonded;
    entry["leader"] = group.leader == member.id.peer;
    members.push_back(std::move(entry));
  }
  return members;
}

json bond_problems_json(const GroupStatus& group) {
  json problems = json::array();
  for (const BondProblem& problem : group.bond_problems) {
    json entry;
    entry["peer"] = problem.peer.hex();
    entry["reason"] = problem.reason.message();
    problems.push_back(std::move(entry));
  }
  return problems;
}

}  // namespace

json status_json(const NetworkStatus& network, const GroupStatus& group) {
  json report;
  report["peer"] = network.self.hex();
  report["storage"] = group.storage.hex();
  report["listen"] = network.listen;
  report["group"] = group.group.hex();
  report["genesis"] = group.genesis.hex();
  report["role"] = name_of(group.role);
  report["term"] = group.term.value();
  report["leader"] = group.leader ? json(group.leader->hex()) : json();
  report["last"] = group.last.to_string();
  report["durable"] = group.durable.to_string();
  report["committed"] = group.committed.to_string();
  report["applied"] = group.applied.to_string();
  report["last_index"] = group.last.index.value();
  report["committed_index"] = group.committed.index.value();
  report["applied_index"] = group.applied.index.value();
  report["log_time_ms"] = group.log_time.count();
  report["client_sessions"] = group.client_sessions;
  report["online"] = group.online;
  report["asleep"] = group.asleep;
  report["members"] = members_json(group);
  report["links"] = network.links.size();
  report["sync"] = group.sync ? sync_json(*group.sync) : json();
  report["last_sync"] = group.last_sync ? last_sync_json(*group.last_sync) : json();
  report["sync_totals"] = totals_json(group.sync_totals);
  report["start"] = start_json(group);
  report["bond_problems"] = bond_problems_json(group);
  report["problem"] = group.problem ? json(group.problem->message()) : json();
  return report;
}

}  // namespace tessera::tool
