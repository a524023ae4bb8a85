#include "naming.h"

#include <tessera/conformance/message_names.h>
#include <tessera/groups/command_envelope.h>
#include <tessera/groups/core/entry_data.h>

#include <algorithm>
#include <array>

namespace tessera::scenarios {
namespace {

constexpr std::array<std::string_view, std::variant_size_v<core::Message>> kinds{
    "vote-request",     "vote",        "append",      "append-answer", "heartbeat",
    "heartbeat-answer", "sync-offer",  "sync-done",   "forward",       "forward-answer",
    "read-request",     "read-answer", "sync",        "proposal",      "promise",
    "abandonment",      "genesis",     "timeout-now", "admin-request", "admin-answer",
    "removal",          "memory"};

static_assert(!kinds.back().empty(), "every kind of message has a name");

}  // namespace

std::optional<std::size_t> message_kind(std::string_view name) {
  const auto found = std::find(kinds.begin(), kinds.end(), name);
  if (found == kinds.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kinds.begin());
}

std::string Naming::peer(const PeerId& peer) const {
  const auto found = std::find_if(nodes_.begin(), nodes_.end(),
                                  [&](const auto& node) { return node->peer() == peer; });
  return found == nodes_.end() ? "?" : std::to_string((*found)->index());
}

std::string Naming::member(const MemberId& member) {
  std::vector<StorageId>& stores = stores_[member.peer];
  auto store = std::find(stores.begin(), stores.end(), member.storage);
  if (store == stores.end()) store = stores.insert(stores.end(), member.storage);
  std::string name = peer(member.peer);
  if (store != stores.begin()) name += static_cast<char>('a' + (store - stores.begin()));
  return name;
}

std::string Naming::members(const std::set<MemberId>& members) {
  std::vector<std::string> names;
  for (const MemberId& each : members) names.push_back(member(each));
  std::sort(names.begin(), names.end());
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return "{" + text + "}";
}

std::string Naming::configuration(const core::Configuration& configuration) {
  std::string text = "voters " + members(configuration.voters);
  if (configuration.joint()) text += " from " + members(configuration.voters_outgoing);
  if (!configuration.learners.empty()) text += " learners " + members(configuration.learners);
  return text;
}

std::string Naming::entry(const RawEntry& entry) {
  std::string text = entry.position.to_string();
  switch (entry.kind) {
    case EntryKind::noop:
      return text + " start";
    case EntryKind::genesis:
      return text + " founding";
    case EntryKind::session:
      return text + " session";
    case EntryKind::settings:
      return text + " settings";
    case EntryKind::marker:
      return text + " marker";
    case EntryKind::membership:
      return text + " " + configuration(*core::decode_configuration(entry.data));
    case EntryKind::command:
      break;
  }
  const auto envelope = CommandEnvelope::open(entry.data);
  const auto id = envelope ? sim::id_of(envelope->command.view()) : std::nullopt;
  const auto named = id ? commands_.find(*id) : commands_.end();
  text += " " + (named == commands_.end() ? std::string("a command") : named->second);
  if (envelope && !envelope->origin.is_none()) {
    text += "#" + std::to_string(envelope->origin.sequence.value());
  }
  return text;
}

std::string Naming::log(const sim::Node& node) {
  const sim::GroupLog& log = node.asked();
  const sim::GroupLog& durable = node.disk().durable();
  std::string text;
  if (log.base() > Cursor{}) text = "up to " + log.base().to_string() + " as state";
  for (Index index = log.base().index + 1; index <= log.last().index; ++index) {
    const RawEntry* held = log.entry(index);
    text += text.empty() ? "" : ", ";
    text += entry(*held);
    if (!durable.covers(held->position)) text += " (not durable)";
  }
  return text.empty() ? "nothing" : text;
}

std::string Naming::state(const sim::Node& node) {
  if (!node.up()) return "down";
  const core::Status& status = node.status();
  const auto& hard = node.asked().record().hard;
  std::string text(sim::name_of(status.role));
  text += ", term " + std::to_string(status.term.value());
  if (hard.vote && hard.term == status.term) text += ", voted for " + peer(hard.vote->peer);
  if (status.leader && status.role != core::Role::leader)
    text += ", follows " + member(*status.leader);
  text += ", last " + status.last.to_string();
  text += ", commit " + std::to_string(status.committed.index.value());
  if (status.applied != status.committed) {
    text += ", applied " + std::to_string(status.applied.index.value());
  }
  if (status.session) text += ", catches up to " + status.session->target.to_string();
  if (status.problem) text += ", problem: " + status.problem->message();
  return text;
}

std::string Naming::message(const core::Message& message) {
  if (const auto* append = std::get_if<core::AppendRequest>(&message)) {
    std::string text = "append, term " + std::to_string(append->term.value()) + ", after " +
                       append->preceding.to_string() + ", commit " +
                       std::to_string(append->commit.value());
    std::string_view separator = ": ";
    for (const RawEntry& each : append->entries) {
      text += std::string(separator) + entry(each);
      separator = ", ";
    }
    return text;
  }
  return sim::describe(message);
}

}  // namespace tessera::scenarios
