#include <tessera/runtime/tool/demo/verify.h>

#include <nlohmann/json.hpp>

#include <map>

namespace tessera::tool::demo {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

constexpr std::size_t rows_at_once = 2000;

asio::awaitable<Result<Rows>> rows_of(Cluster& cluster, Place place) {
  Rows rows;
  for (;;) {
    json request;
    request["op"] = "range";
    request["count"] = rows_at_once;
    request["consistency"] = "weak";
    if (!rows.empty()) request["after"] = rows.back().first;
    const auto answer = co_await cluster.ask(place, std::move(request));
    if (!answer) co_return answer.error();
    const json& entries = answer->at("entries");
    for (const json& entry : entries) {
      rows.emplace_back(entry.at(0).get<std::string>(), entry.at(1).get<std::string>());
    }
    if (entries.size() < rows_at_once) co_return rows;
  }
}

}  // namespace

asio::awaitable<Result<std::string>> read_strongly(Cluster& cluster, Place place) {
  json request;
  request["op"] = "digest";
  const auto answer = co_await cluster.ask(place, std::move(request));
  if (!answer) co_return answer.error();
  co_return answer->at("position").get<std::string>();
}

asio::awaitable<Result<Verdict>> examine(Cluster& cluster, Place place, const Record& record) {
  const Cluster::Member& member = cluster.members()[place];
  Verdict verdict;
  verdict.name = member.name;
  if (member.last_view) {
    verdict.peer = member.last_view->peer;
    verdict.role = member.last_view->role;
  }
  json request;
  request["op"] = "digest";
  request["consistency"] = "weak";
  const auto answer = co_await cluster.ask(place, std::move(request));
  if (!answer) co_return answer.error();
  verdict.position = answer->at("position").get<std::string>();
  verdict.digest = answer->at("digest").get<std::string>();
  verdict.size = answer->at("size").get<std::uint64_t>();
  auto rows = co_await rows_of(cluster, place);
  if (!rows) co_return rows.error();
  const std::map<std::string, std::string> held(rows->begin(), rows->end());
  for (const auto& [key, value] : record.data.rows) {
    const auto found = held.find(key);
    if (found != held.end() && found->second == value) ++verdict.found;
  }
  co_return verdict;
}

}  // namespace tessera::tool::demo
