#include <tessera/runtime/tool/control_answers.h>
#include <tessera/runtime/tool/control_client.h>
#include <tessera/runtime/tool/control_members.h>
#include <tessera/runtime/tool/control_server.h>
#include <tessera/runtime/tool/line_stream.h>
#include <tessera/runtime/tool/spawn.h>
#include <tessera/runtime/tool/status_json.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <list>

namespace tessera::tool {
namespace {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;
using nlohmann::json;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);
/// Entries of one answer to `range`.
constexpr std::uint64_t range_max = 10'000;
/// Requests of one connection under way at once; more wait in its socket.
constexpr std::size_t requests_max = 1024;

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

/// One connection to the control socket.
class Client : public std::enable_shared_from_this<Client> {
 public:
  Client(Protocol::socket socket, Network network, Group<Registry> group)
      : lines_(std::make_shared<LineStream>(std::move(socket))),
        network_(std::move(network)),
        group_(std::move(group)) {}

  static asio::awaitable<void> serve(std::shared_ptr<Client> self) {
    while (auto line = co_await self->lines_->next()) {
      ++self->running_;
      spawn(self->lines_->executor(), answer(self, *std::move(line)));
      while (self->running_ >= requests_max) {
        self->room_.expires_at(asio::steady_timer::time_point::max());
        co_await self->room_.async_wait(completion);
      }
    }
    self->close();
  }

  void close() {
    lines_->close();
    room_.cancel();
  }

 private:
  static asio::awaitable<void> answer(std::shared_ptr<Client> self, std::string line) {
    const json request = json::parse(line, nullptr, false);
    json reply = refusal("a request is a JSON object on one line");
    if (request.is_object()) reply = co_await self->handle(request);
    if (request.is_object() && request.contains("id")) reply["id"] = request["id"];
    self->lines_->write(reply.dump(-1, ' ', false, json::error_handler_t::replace));
    --self->running_;
    self->room_.cancel();
  }

  asio::awaitable<json> handle(json request) {
    const std::string op = text_of(request, "op");
    const auto command = command_of(request);
    if (command) co_return co_await change(group_, *command);
    const auto query = query_of(request);
    const bool weak = text_of(request, "consistency") == "weak";
    if (query) co_return co_await ask_machine(group_, *query, weak);
    if (changes_members(op)) co_return co_await change_members(group_, request);
    if (op == "status") {
      json report = status_json(network_.status(), group_.status());
      report["ok"] = true;
      co_return report;
    }
    co_return refusal("unknown or incomplete request \"" + op +
                      "\"; there are put (key, value), del (key), cas (key, expected, value), "
                      "get (key), range (after, count), digest, status, and promote, demote, "
                      "remove and transfer (peer)");
  }

  std::shared_ptr<LineStream> lines_;
  Network network_;
  Group<Registry> group_;
  std::size_t running_ = 0;
  asio::steady_timer room_{lines_->executor()};
};

/// What the accepting loop shares with whoever ends it.
struct Listening {
  explicit Listening(const asio::any_io_executor& executor) : acceptor(executor) {}
  Protocol::acceptor acceptor;
  std::list<std::weak_ptr<Client>> clients;
};

asio::awaitable<void> accept_loop(std::shared_ptr<Listening> listening, Network network,
                                  Group<Registry> group) {
  for (;;) {
    auto [error, socket] = co_await listening->acceptor.async_accept(completion);
    if (error == asio::error::operation_aborted || !listening->acceptor.is_open()) co_return;
    if (error) continue;
    auto client = std::make_shared<Client>(std::move(socket), network, group);
    listening->clients.remove_if([](const auto& each) { return each.expired(); });
    listening->clients.push_back(client);
    spawn(listening->acceptor.get_executor(), Client::serve(client));
  }
}

class Server final : public ControlServer {
 public:
  Server(std::shared_ptr<Listening> listening, std::filesystem::path path)
      : listening_(std::move(listening)), path_(std::move(path)) {}
  ~Server() override {
    boost::system::error_code ignored;
    listening_->acceptor.close(ignored);
    for (const auto& each : listening_->clients) {
      if (const auto client = each.lock()) client->close();
    }
    std::error_code gone;
    std::filesystem::remove(path_, gone);
  }

 private:
  std::shared_ptr<Listening> listening_;
  std::filesystem::path path_;
};

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::start(Network network, Group<Registry> group,
                                                            const std::filesystem::path& data_dir) {
  const auto path = control_socket(data_dir);
  if (path.string().size() > 100) {
    return Error(Errc::invalid_argument,
                 path.string() + ": the path is too long for a socket (100 bytes)");
  }
  auto listening = std::make_shared<Listening>(network.executor());
  // The store's lock says that no other node uses the folder, so what is there is left over.
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  boost::system::error_code error;
  const Protocol::endpoint endpoint(path.string());
  listening->acceptor.open(endpoint.protocol(), error);
  if (!error) listening->acceptor.bind(endpoint, error);
  if (!error) listening->acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return Error(Errc::io_failed, path.string() + ": " + error.message());
  std::filesystem::permissions(
      path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
  spawn(network.executor(), accept_loop(listening, network, std::move(group)));
  return std::unique_ptr<ControlServer>(std::make_unique<Server>(std::move(listening), path));
}

}  // namespace tessera::tool
