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

void apply(EditedConfiguration& edited, const Change& change) {
  core::Configuration& configuration = edited.configuration;
  const MemberId who = member(change.number);
  if (change.number == 0 || change.kind == 'u') return;
  if (change.kind == 'v') {
    configuration.learners.erase(who);
    edited.learners_next.erase(who);
    configuration.voters.insert(who);
    return;
  }
  configuration.voters.erase(who);
  configuration.learners.erase(who);
  edited.learners_next.erase(who);
  if (change.kind == 'r') return;
  // Who still votes on its way out is a learner only afterwards.
  const bool still_votes = configuration.voters_outgoing.contains(who);
  (still_votes ? edited.learners_next : configuration.learners).insert(who);
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

EditedConfiguration changed(const EditedConfiguration& from, const std::vector<Change>& changes) {
  EditedConfiguration edited = from;
  for (const Change& change : changes) apply(edited, change);
  return edited;
}

EditedConfiguration entered(const EditedConfiguration& from, const std::vector<Change>& changes) {
  EditedConfiguration joint = from;
  joint.configuration.voters_outgoing = from.configuration.voters;
  return changed(joint, changes);
}

EditedConfiguration left(const EditedConfiguration& joint) {
  EditedConfiguration next = joint;
  next.configuration.voters_outgoing.clear();
  next.configuration.learners.insert(joint.learners_next.begin(), joint.learners_next.end());
  next.learners_next.clear();
  return next;
}

std::string to_text(const EditedConfiguration& edited) {
  const core::Configuration& configuration = edited.configuration;
  std::string text = "voters=" + list_of(configuration.voters);
  if (configuration.joint()) text += "&&" + list_of(configuration.voters_outgoing);
  if (!configuration.learners.empty()) text += " learners=" + list_of(configuration.learners);
  if (!edited.learners_next.empty()) text += " learners_next=" + list_of(edited.learners_next);
  return text;
}

}  // namespace tessera::raft_scripts
