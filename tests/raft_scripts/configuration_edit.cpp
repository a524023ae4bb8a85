#include "configuration_edit.h"

#include "members.h"
#include "script.h"

#include <algorithm>
#include <sstream>

namespace tessera::raft_scripts {
namespace {

std::string list_of(const std::set<MemberId>& members) {
  std::string text = "(";
  for (const MemberId& each : members) {
    if (text.size() > 1) text += ' ';
    text += std::to_string(number_of(each.peer));
  }
  return text + ")";
}

void apply(core::Configuration& configuration, const Change& change) {
  const MemberId who = member(change.number);
  if (change.number == 0 || change.kind == 'u') return;
  configuration.voters.erase(who);
  configuration.learners.erase(who);
  if (change.kind == 'v') configuration.voters.insert(who);
  if (change.kind == 'l') configuration.learners.insert(who);
}

}  // namespace

std::optional<std::vector<Change>> parse_changes(std::string_view text) {
  std::vector<Change> changes;
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    const auto number = to_number(std::string_view(word).substr(1));
    const bool known = std::string_view("vlru").find(word.front()) != std::string_view::npos;
    if (!known || !number || *number > members_max) return std::nullopt;
    changes.push_back({word.front(), static_cast<int>(*number)});
  }
  return changes;
}

core::Configuration changed(const core::Configuration& from, const std::vector<Change>& changes) {
  core::Configuration configuration = from;
  for (const Change& change : changes) apply(configuration, change);
  return configuration;
}

std::string to_text(const core::Configuration& configuration) {
  std::string text = "voters=" + list_of(configuration.voters);
  if (configuration.joint()) text += "&&" + list_of(configuration.voters_outgoing);
  if (!configuration.learners.empty()) text += " learners=" + list_of(configuration.learners);
  if (!configuration.learners_next.empty()) {
    text += " learners_next=" + list_of(configuration.learners_next);
  }
  return text;
}

}  // namespace tessera::raft_scripts
