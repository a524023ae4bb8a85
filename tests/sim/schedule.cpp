#include <tessera/conformance/schedule.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace tessera::sim {
namespace {

Error malformed(std::size_t line, const std::string& what) {
  return {Errc::malformed, "line " + std::to_string(line) + ": " + what};
}

bool take_setting(std::istringstream& words, Swarm& swarm) {
  std::string name;
  std::int64_t value = 0;
  if (!(words >> name >> value)) return false;
  const auto& known = settings();
  const auto found = std::find_if(known.begin(), known.end(),
                                  [&](const Setting& each) { return each.name == name; });
  if (found == known.end()) return false;
  found->set(swarm, value);
  return true;
}

/// The largest node that an event names.
std::size_t highest_node(const Event& event) {
  std::size_t highest = 0;
  const auto consider = [&](std::size_t node) { highest = std::max(highest, node); };
  if (const auto* call = std::get_if<CallEvent>(&event.what)) consider(call->node);
  if (const auto* wish = std::get_if<WishEvent>(&event.what)) {
    consider(wish->node);
    consider(wish->other);
  }
  if (const auto* fault = std::get_if<FaultEvent>(&event.what)) {
    consider(fault->node);
    consider(fault->other);
    for (const std::size_t node : fault->left) consider(node);
    for (const std::size_t node : fault->right) consider(node);
  }
  return highest;
}

}  // namespace

std::string to_string(const Schedule& schedule) {
  const Swarm plain;
  std::string text;
  for (const Setting& each : settings()) {
    const std::int64_t value = each.get(schedule.swarm);
    if (value == each.get(plain)) continue;
    text += "set " + std::string(each.name) + ' ' + std::to_string(value) + '\n';
  }
  for (const Event& event : schedule.plan) text += to_string(event) + '\n';
  return text;
}

Result<Schedule> parse_schedule(std::string_view text) {
  Schedule schedule;
  std::istringstream lines{std::string(text)};
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (first == "set") {
      if (!take_setting(words, schedule.swarm)) return malformed(number, "no such setting");
      continue;
    }
    const auto event = parse_event(line);
    if (!event) return malformed(number, "neither a setting nor an event");
    schedule.plan.push_back(*event);
  }
  constexpr std::size_t nodes_max = 7;
  const std::size_t nodes = schedule.swarm.nodes;
  if (nodes == 0 || nodes > nodes_max) return malformed(number, "1 to 7 nodes");
  for (const Event& event : schedule.plan) {
    if (highest_node(event) >= nodes) {
      return malformed(number, "no such node: " + to_string(event));
    }
  }
  return schedule;
}

Result<Schedule> read_schedule(const std::string& path) {
  std::ifstream in(path);
  if (!in) return {Errc::not_found, path + " cannot be read"};
  std::ostringstream text;
  text << in.rdbuf();
  auto schedule = parse_schedule(text.str());
  if (!schedule) return schedule.error().within(path);
  return schedule;
}

bool write_schedule(const std::string& path, const KeptSchedule& kept) {
  std::ofstream out(path);
  const std::string first_line = kept.finding.substr(0, kept.finding.find('\n'));
  out << "# " << first_line << "\n# scripts/sim --replay FILE runs this again.\n"
      << to_string(kept.schedule);
  return static_cast<bool>(out.flush());
}

}  // namespace tessera::sim
