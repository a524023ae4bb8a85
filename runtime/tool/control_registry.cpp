#include <tessera/runtime/tool/control_answers.h>
#include <tessera/runtime/tool/control_backup.h>
#include <tessera/runtime/tool/control_members.h>
#include <tessera/runtime/tool/control_registry.h>
#include <tessera/runtime/tool/status_json.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tessera::tool {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);
/// Entries of one answer to `range`.
constexpr std::uint64_t range_max = 10'000;

/// A value or, as null or left out, none; nothing at all if it is something else.
std::optional<std::optional<std::string>> value_of(const json& request, const char* name) {
  const auto found = request.find(name);
  if (found == request.end() || found->is_null()) return std::optional<std::string>();
  if (!found->is_string()) return std::nullopt;
  return std::optional<std::string>(found->get<std::string>());
}

/// The command of a request, or nothing if it is none or lacks something.
std::optional<Registry::Command> command_of(const json& request) {
  using Kind = Registry::Command::Kind;
  const std::string op = text_of(request, "op");
  const std::string key = text_of(request, "key");
  if (key.empty()) return std::nullopt;
  Registry::Command command;
  if (op == "put") {
    command.entries.emplace_back(key, text_of(request, "value"));
  } else if (op == "del") {
    command.kind = Kind::remove;
    command.keys.push_back(key);
  } else if (op == "cas") {
    const auto expected = value_of(request, "expected");
    const auto value = value_of(request, "value");
    if (!expected || !value) return std::nullopt;
    command.kind = Kind::compare_exchange;
    command.keys.push_back(key);
    command.expected = *expected;
    if (*value) command.entries.emplace_back(key, **value);
  } else {
    return std::nullopt;
  }
  return command;
}

asio::awaitable<json> change(Group<Registry> group, Registry::Command command) {
  const auto [error, applied] = co_await group.execute(command, completion);
  if (error) co_return failure(error);
  json answer;
  answer["ok"] = true;
  answer["position"] = applied.position.to_string();
  switch (command.kind) {
    case Registry::Command::Kind::write:
      answer["new"] = applied.result.done;
      break;
    case Registry::Command::Kind::remove:
      answer["removed"] = applied.result.done;
      break;
    case Registry::Command::Kind::compare_exchange:
      answer["swapped"] = applied.result.done;
      answer["before"] = applied.result.before ? json(*applied.result.before) : json();
      break;
    case Registry::Command::Kind::clear:
      break;
  }
  co_return answer;
}

/// The question of a request, or nothing if it is none or lacks something.
std::optional<Registry::Query> query_of(const json& request) {
  const std::string op = text_of(request, "op");
  Registry::Query query;
  if (op == "get") {
    query.kind = Registry::Query::Kind::get;
    query.key = text_of(request, "key");
    if (query.key->empty()) return std::nullopt;
  } else if (op == "digest") {
    query.kind = Registry::Query::Kind::digest;
  } else if (op == "range") {
    query.kind = Registry::Query::Kind::range;
    if (request.contains("after")) query.key = text_of(request, "after");
    const auto count = request.find("count");
    if (count == request.end() || !count->is_number_unsigned()) return std::nullopt;
    query.count = std::min(count->get<std::uint64_t>(), range_max);
  } else {
    return std::nullopt;
  }
  return query;
}

asio::awaitable<json> ask_machine(Group<Registry> group, Registry::Query query, bool weak) {
  const Consistency consistency = weak ? Consistency::weak : Consistency::strong;
  const auto [error, found] = co_await group.query(query, consistency, completion);
  if (error) co_return failure(error);
  json answer;
  answer["ok"] = true;
  answer["position"] = found.position.to_string();
  answer["size"] = found.result.size;
  switch (query.kind) {
    case Registry::Query::Kind::get:
      answer["found"] = found.result.value.has_value();
      answer["value"] = found.result.value.value_or(std::string());
      break;
    case Registry::Query::Kind::range:
      answer["entries"] = found.result.entries;
      break;
    case Registry::Query::Kind::digest:
      answer["digest"] = found.result.digest.hex();
      break;
    case Registry::Query::Kind::size:
      break;
  }
  co_return answer;
}

/// What an answer needs; outlives the requests under way.
struct Desk {
  Network network;
  Group<Registry> group;
  std::shared_ptr<BackupDesk> backups;
};

asio::awaitable<json> handle(std::shared_ptr<const Desk> desk, json request) {
  const std::string op = text_of(request, "op");
  const Group<Registry>& group = desk->group;
  const auto command = command_of(request);
  if (command) co_return co_await change(group, *command);
  const auto query = query_of(request);
  const bool weak = text_of(request, "consistency") == "weak";
  if (query) co_return co_await ask_machine(group, *query, weak);
  if (changes_members(op)) co_return co_await change_members(group, request);
  if (op == "save") co_return co_await save_backup_of(desk->backups, group, request);
  if (op == "status") {
    json report = status_json(desk->network.status(), group.status());
    report["ok"] = true;
    co_return report;
  }
  co_return refusal("unknown or incomplete request \"" + op +
                    "\"; there are put (key, value), del (key), cas (key, expected, value), "
                    "get (key), range (after, count), digest, status, save (folder), and promote, "
                    "demote, remove and transfer (peer)");
}

/// The server, and what must end with it, before the network does.
class RegistryControl final : public ControlServer {
 public:
  RegistryControl(std::unique_ptr<ControlServer> server, std::shared_ptr<BackupDesk> backups)
      : server_(std::move(server)), backups_(std::move(backups)) {}
  ~RegistryControl() override {
    server_.reset();
    backups_->close();
  }
  RegistryControl(const RegistryControl&) = delete;
  RegistryControl& operator=(const RegistryControl&) = delete;

 private:
  std::unique_ptr<ControlServer> server_;
  std::shared_ptr<BackupDesk> backups_;
};

}  // namespace

Result<std::unique_ptr<ControlServer>> start_control(Controlled controlled,
                                                     const std::filesystem::path& data_dir) {
  const asio::any_io_executor executor = controlled.network.executor();
  const auto backups = std::make_shared<BackupDesk>(std::move(controlled.store));
  const auto desk = std::make_shared<const Desk>(
      Desk{std::move(controlled.network), std::move(controlled.group), backups});
  auto answer = [desk](json request) { return handle(desk, std::move(request)); };
  auto server = ControlServer::start(executor, data_dir, std::move(answer));
  if (!server) return std::move(server).error();
  return std::make_unique<RegistryControl>(*std::move(server), backups);
}

}  // namespace tessera::tool
