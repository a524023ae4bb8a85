#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/store/inspection.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

// How an inspection is shown: as JSON, and for people.

namespace tessera::tool {
namespace {

using core::Configuration;
using nlohmann::json;
using storage::Damage;
using storage::ExaminedGroup;
using storage::ExaminedSnapshot;
using storage::GroupRecord;

/// From here on a start knows that the entries are committed.
Index commit_floor(const GroupRecord& record) {
  const Index snapshot = record.snapshot ? record.snapshot->position.index : Index{};
  return std::max({record.hard.commit, record.base.index, snapshot});
}

json members_json(const std::set<MemberId>& members) {
  json list = json::array();
  for (const MemberId& member : members) {
    list.push_back({{"peer", member.peer.hex()}, {"storage", member.storage.hex()}});
  }
  return list;
}

json snapshot_json(const ExaminedSnapshot& snapshot) {
  json report;
  report["id"] = snapshot.id.value();
  report["in_force"] = snapshot.in_force;
  report["parts_sound"] = snapshot.parts_sound;
  report["bytes"] = snapshot.bytes;
  if (snapshot.stored) {
    report["complete"] = snapshot.stored->complete;
    report["position"] = snapshot.stored->manifest.position.to_string();
    report["parts"] = snapshot.stored->manifest.parts;
  }
  return report;
}

json record_json(const GroupRecord& record) {
  json report;
  report["storage"] = record.storage.hex();
  report["genesis"] = record.genesis.is_none() ? json() : json(record.genesis.hex());
  report["term"] = record.hard.term.value();
  report["vote"] = record.hard.vote ? json(record.hard.vote->peer.hex()) : json();
  report["base"] = record.base.to_string();
  report["last"] = record.last.to_string();
  report["committed_index"] = commit_floor(record).value();
  return report;
}

json group_json(const Inspection& inspection, const ExaminedGroup& group) {
  json report = group.record ? record_json(*group.record) : json::object();
  report["group"] = group.group.hex();
  report["entries"] = group.entries;
  report["log_bytes"] = group.log_bytes;
  report["snapshots"] = json::array();
  for (const ExaminedSnapshot& each : group.snapshots) {
    report["snapshots"].push_back(snapshot_json(each));
  }
  if (const auto members = inspection.members.find(group.group);
      members != inspection.members.end()) {
    report["voters"] = members_json(members->second.voters);
    report["voters_outgoing"] = members_json(members->second.voters_outgoing);
    report["learners"] = members_json(members->second.learners);
  }
  return report;
}

json damage_json(const Damage& damage) {
  json report;
  report["group"] = damage.group ? json(damage.group->hex()) : json();
  report["index"] = damage.index ? json(damage.index->value()) : json();
  report["snapshot"] = damage.part ? json(damage.part->snapshot.value()) : json();
  report["part"] = damage.part ? json(damage.part->number) : json();
  report["check"] = damage.check.message();
  return report;
}

std::string names(const std::set<MemberId>& members) {
  std::string text;
  for (const MemberId& member : members) {
    text += (text.empty() ? "" : ", ") + member.peer.brief() + "/" + member.storage.brief();
  }
  return text.empty() ? "none" : text;
}

std::string snapshot_text(const ExaminedSnapshot& snapshot) {
  if (!snapshot.stored) return fmt::format("{}, its manifest is damaged", snapshot.id.value());
  const storage::SnapshotManifest& manifest = snapshot.stored->manifest;
  std::string state = "unfinished";
  if (snapshot.stored->complete) state = snapshot.in_force ? "in force" : "complete";
  return fmt::format("{} at {}, {}, {} of {} parts, {}", snapshot.id.value(),
                     manifest.position.to_string(), state, snapshot.parts_sound, manifest.parts,
                     bytes_text(static_cast<double>(snapshot.bytes)));
}

void add_record(std::vector<std::string>& lines, const GroupRecord& record) {
  lines.push_back("  storage    " + record.storage.hex());
  lines.push_back("  genesis    " + (record.genesis.is_none() ? "none" : record.genesis.hex()));
  lines.push_back(
      fmt::format("  term       {}, {}", record.hard.term.value(),
                  record.hard.vote ? "voted for " + record.hard.vote->peer.brief() : "no vote"));
  lines.push_back(fmt::format("  committed  up to {} at least; a start replays from {}",
                              commit_floor(record).value(),
                              record.snapshot ? record.snapshot->position.to_string() : "0:0"));
}

void add_group(std::vector<std::string>& lines, const Inspection& inspection,
               const ExaminedGroup& group) {
  lines.push_back("group        " + group.group.hex());
  if (group.record) add_record(lines, *group.record);
  const std::string from = group.record ? group.record->base.to_string() : "?";
  const std::string upto = group.record ? group.record->last.to_string() : "?";
  lines.push_back(fmt::format("  log        behind {} up to {}: {} entries, {}", from, upto,
                              group.entries, bytes_text(static_cast<double>(group.log_bytes))));
  for (const ExaminedSnapshot& each : group.snapshots) {
    lines.push_back("  snapshot   " + snapshot_text(each));
  }
  const auto members = inspection.members.find(group.group);
  if (members == inspection.members.end()) return;
  lines.push_back("  voters     " + names(members->second.voters));
  if (members->second.joint()) {
    lines.push_back("  outgoing   " + names(members->second.voters_outgoing));
  }
  lines.push_back("  learners   " + names(members->second.learners));
}

}  // namespace

json to_json(const Inspection& inspection) {
  json report;
  report["store"] = inspection.store.string();
  report["format"] = inspection.held.format;
  report["owner"] = inspection.held.owner ? json(inspection.held.owner->hex()) : json();
  report["starts"] = inspection.held.starts;
  report["groups"] = json::array();
  for (const ExaminedGroup& group : inspection.held.groups) {
    report["groups"].push_back(group_json(inspection, group));
  }
  report["damage"] = json::array();
  for (const Damage& each : inspection.held.damage) report["damage"].push_back(damage_json(each));
  return report;
}

std::vector<std::string> to_text(const Inspection& inspection) {
  std::vector<std::string> lines;
  const storage::ExaminedStore& held = inspection.held;
  lines.push_back(
      fmt::format("store        {}, format {}", inspection.store.string(), held.format));
  lines.push_back(fmt::format("owner        {}, started {} times",
                              held.owner ? held.owner->hex() : "unknown", held.starts));
  for (const ExaminedGroup& group : held.groups) add_group(lines, inspection, group);
  if (held.damage.empty()) lines.emplace_back("damage       none");
  for (const Damage& each : held.damage) {
    lines.push_back("damage       " + each.check.message());
  }
  return lines;
}

}  // namespace tessera::tool
