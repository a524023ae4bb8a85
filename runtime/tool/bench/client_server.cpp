#include <tessera/runtime/tool/bench/client_server.h>
#include <tessera/runtime/tool/bench/write_plan.h>
#include <tessera/runtime/tool/control_answers.h>
#include <tessera/runtime/tool/status_json.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);
/// Cells are filled by so many bytes at once.
constexpr std::size_t batch_bytes = std::size_t{256} << 10U;

json done() { return json{{"ok", true}}; }

}  // namespace

asio::awaitable<json> ClientServer::answer(json request) {
  const std::string op = text_of(request, "op");
  if (op == "status") co_return status();
  // Sets every cell.
  if (op == "fill") co_return co_await fill(request.at("keys"), request.at("value_bytes"));
  // Starts clients.
  if (op == "clients") co_return start_clients(client_plan_of(request));
  // What their calls came to since they were last asked for.
  if (op == "reading") co_return read_clients();
  if (op == "stop") {
    if (clients_) clients_->stop();
    co_return done();
  }
  // The digest of what is held here.
  if (op == "look") co_return co_await look();
  // Answers when everything up to "index" is applied here.
  if (op == "reached") co_return co_await reached(request.at("index"));
  // The peak of the memory counts from now on.
  if (op == "forget_peak") {
    forget_peak_memory();
    co_return done();
  }
  co_return refusal("unknown request \"" + op + "\"");
}

json ClientServer::status() const {
  const GroupStatus group = group_.status();
  json report = status_json(network_.status(), group);
  report["ok"] = true;
  report["cpu_seconds"] = cpu_seconds();
  report["peak_memory"] = peak_memory_bytes();
  report["wire_sent"] = wire_->sent();
  report["wire_received"] = wire_->received();
  return report;
}

asio::awaitable<json> ClientServer::fill(std::uint64_t keys, std::size_t value_bytes) {
  WritePlan plan;
  plan.count = plan.keys = keys;
  plan.value_bytes = value_bytes;
  const std::uint64_t at_once = std::clamp<std::uint64_t>(batch_bytes / value_bytes, 1, 256);
  for (std::uint64_t next = 0; next < keys;) {
    std::vector<ServedCells::Set> sets;
    for (; next < keys && sets.size() < at_once; ++next) {
      auto put = plan.at(next);
      ServedCells::Set set;
      set.key = put.key;
      set.value = std::move(put.value);
      sets.push_back(std::move(set));
    }
    const auto [error, applied] = co_await group_.execute_many(sets, completion);
    if (error) co_return failure(error);
  }
  co_return done();
}

json ClientServer::start_clients(const ClientPlan& plan) {
  if (clients_) clients_->stop();
  clients_ = std::make_shared<ClientLoad>(network_.executor(), group_);
  clients_->start(plan);
  return done();
}

json ClientServer::read_clients() {
  if (!clients_) return refusal("there are no clients");
  json report = client_reading_json(clients_->read());
  report["ok"] = true;
  return report;
}

asio::awaitable<json> ClientServer::look() {
  ServedCells::Get get;
  get.everything = true;
  const auto [error, answer] = co_await group_.query(get, Consistency::weak, completion);
  if (error) co_return failure(error);
  json report = done();
  report["digest"] = answer.result.digest.hex();
  report["index"] = answer.position.index.value();
  co_return report;
}

asio::awaitable<json> ClientServer::reached(std::uint64_t index) {
  const Conditions when = group_.when();
  const Cursor position{Term(), Index(index)};
  const auto [error] = co_await when.applied(position, completion);
  if (error) co_return failure(error);
  co_return done();
}

}  // namespace tessera::tool::bench
