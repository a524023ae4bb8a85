#include <tessera/runtime/tool/commands.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/control_client.h>
#include <tessera/runtime/tool/utf8.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <future>

namespace tessera::tool {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

/// A node gives its own answer after 10 seconds at the latest; this one is for nodes that hang.
constexpr std::chrono::seconds answer_wait{20};

asio::awaitable<Result<json>> ask_once(std::filesystem::path data_dir, json request) {
  auto client = co_await ControlClient::connect(std::move(data_dir));
  if (!client) co_return client.error();
  auto answer = co_await (*client)->ask(std::move(request));
  (*client)->close();
  co_return answer;
}

Result<json> ask(const Asking& asking, json request) {
  asio::io_context io(1);
  auto answer = asio::co_spawn(io, ask_once(asking.data_dir, std::move(request)), asio::use_future);
  io.run_for(answer_wait);
  if (answer.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
    return Error(Errc::timed_out, fmt::format("the node in {} did not answer within {} s",
                                              asking.data_dir.string(), answer_wait.count()));
  }
  return answer.get();
}

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
  if (!status.at("sync").is_null()) {
    print(fmt::format("catches up to {}", status.at("sync").at("target").get<std::string>()));
  }
  if (!status.at("problem").is_null()) print(fmt::format("problem    {}", text("problem")));
}

std::string mark(bool is, const char* word) { return is ? word : "-"; }

}  // namespace

ExitCode show_status(const Asking& asking) {
  const auto answer = ask(asking, {{"op", "status"}});
  if (!answer) return complain(answer.error());
  if (asking.json) {
    print(answer->dump());
  } else {
    print_status(*answer);
  }
  return ExitCode::done;
}

ExitCode list_members(const Asking& asking) {
  const auto answer = ask(asking, {{"op", "status"}});
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
  const auto answer = ask(asking, {{"op", change.op}, {"peer", change.peer}});
  if (!answer) return complain(answer.error());
  print(asking.json ? answer->dump() : answer->at("position").get<std::string>());
  return ExitCode::done;
}

ExitCode put(const Asking& asking, const Entry& entry) {
  if (line_not_utf8(entry.key) || line_not_utf8(entry.value)) {
    return complain(Error(Errc::invalid_argument, "key and value must be UTF-8 text"));
  }
  const auto answer = ask(asking, {{"op", "put"}, {"key", entry.key}, {"value", entry.value}});
  if (!answer) return complain(answer.error());
  print(asking.json ? answer->dump() : answer->at("position").get<std::string>());
  return ExitCode::done;
}

ExitCode get(const Asking& asking, const Lookup& lookup) {
  const auto answer =
      ask(asking,
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
