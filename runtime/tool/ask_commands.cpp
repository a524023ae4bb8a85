#include <tessera/runtime/tool/ask.h>
#include <tessera/runtime/tool/commands.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/utf8.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tessera::tool {
namespace {

using nlohmann::json;

std::string brief(const json& id) {
  return id.is_string() ? id.get<std::string>().substr(0, 10) : std::string("-");
}

void print_status(const json& status) {
  const auto text = [&](const char* name) {
    const json& value = status.at(name);
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  print(fmt::format("peer       {}", brief(status.at("peer"))));
  print(fmt::format("group      {}", brief(status.at("group"))));
  print(fmt::format("role       {} in term {}, {}", text("role"), text("term"),
                    status.at("online").get<bool>() ? "online" : "not online"));
  print(fmt::format("leader     {}", brief(status.at("leader"))));
  print(fmt::format("committed  {}", text("committed")));
  print(fmt::format("applied    {}", text("applied")));
  print(fmt::format("members    {}", status.at("members").size()));
  if (const json& start = status.at("start"); start.at("opening").get<bool>()) {
    print(fmt::format("opening    part {} of {} of its snapshot, entry {} of {} of its log",
                      start.at("parts_done").dump(), start.at("parts_total").dump(),
                      start.at("entries_done").dump(), start.at("entries_total").dump()));
  }
  if (!status.at("sync").is_null()) {
    print(fmt::format("catches up to {}", status.at("sync").at("target").get<std::string>()));
  }
  if (!status.at("problem").is_null()) print(fmt::format("problem    {}", text("problem")));
}

std::string mark(bool is, const char* word) { return is ? word : "-"; }

}  // namespace

ExitCode show_status(const Asking& asking) {
  const auto answer = ask_node(asking.data_dir, {{"op", "status"}});
  if (!answer) return complain(answer.error());
  if (asking.json) {
    print(answer->dump());
  } else {
    print_status(*answer);
  }
  return ExitCode::done;
}

ExitCode list_members(const Asking& asking) {
  const auto answer = ask_node(asking.data_dir, {{"op", "status"}});
  if (!answer) return complain(answer.error());
  const json& members = answer->at("members");
  if (asking.json) {
    for (const json& member : members) print(member.dump());
    return ExitCode::done;
  }
  std::vector<std::vector<std::string>> rows = {{"PEER", "STORE", "VOTES", "LEADS", "CONNECTED"}};
  for (const json& member : members) {
    rows.push_back({brief(member.at("peer")), brief(member.at("storage")),
                    mark(member.at("voter").get<bool>(), "votes"),
                    mark(member.at("leader").get<bool>(), "leads"),
                    mark(member.at("bonded").get<bool>(), "yes")});
  }
  print(table(rows));
  return ExitCode::done;
}

ExitCode change_member(const Asking& asking, const MemberChange& change) {
  const auto answer = ask_node(asking.data_dir, {{"op", change.op}, {"peer", change.peer}});
  if (!answer) return complain(answer.error());
  print(asking.json ? answer->dump() : answer->at("position").get<std::string>());
  return ExitCode::done;
}

ExitCode put(const Asking& asking, const Entry& entry) {
  if (line_not_utf8(entry.key) || line_not_utf8(entry.value)) {
    return complain(Error(Errc::invalid_argument, "key and value must be UTF-8 text"));
  }
  const auto answer =
      ask_node(asking.data_dir, {{"op", "put"}, {"key", entry.key}, {"value", entry.value}});
  if (!answer) return complain(answer.error());
  print(asking.json ? answer->dump() : answer->at("position").get<std::string>());
  return ExitCode::done;
}

ExitCode get(const Asking& asking, const Lookup& lookup) {
  const auto answer = ask_node(
      asking.data_dir,
      {{"op", "get"}, {"key", lookup.key}, {"consistency", lookup.weak ? "weak" : "strong"}});
  if (!answer) return complain(answer.error());
  if (!answer->at("found").get<bool>()) {
    if (asking.json) print(answer->dump());
    return complain(Error(Errc::not_found, "there is no \"" + lookup.key + "\""));
  }
  print(asking.json ? answer->dump() : answer->at("value").get<std::string>());
  return ExitCode::done;
}

}  // namespace tessera::tool
