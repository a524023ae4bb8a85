#include <tessera/runtime/tool/bench/filler.h>
#include <tessera/runtime/tool/bench/member_server.h>
#include <tessera/runtime/tool/control_answers.h>
#include <tessera/runtime/tool/status_json.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using Clock = std::chrono::steady_clock;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);

std::uint64_t number_of(const json& request, const char* name) {
  const auto found = request.find(name);
  return found != request.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

WritePlan plan_of(const json& request) {
  WritePlan plan;
  plan.count = number_of(request, "count");
  plan.first = number_of(request, "first");
  plan.keys = std::max<std::uint64_t>(1, number_of(request, "keys"));
  plan.edition = number_of(request, "edition");
  plan.value_bytes = number_of(request, "value_bytes");
  return plan;
}

FillPlan fill_of(const json& request) {
  FillPlan plan;
  plan.writes = plan_of(request);
  plan.puts_in_one = std::max<std::uint64_t>(1, number_of(request, "puts_in_one"));
  plan.made = request.value("made", false);
  return plan;
}

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

json done() { return json{{"ok", true}}; }

double milliseconds(Histogram::Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

bool votes(const GroupStatus& status) {
  for (const MemberInfo& member : status.members) {
    if (member.id.peer == status.self) return member.voter;
  }
  return false;
}

}  // namespace

asio::awaitable<json> MemberServer::answer(json request) {
  const std::string op = text_of(request, "op");
  if (op == "status") co_return status();
  // Makes "count" puts to "keys" keys from "first" on: "puts_in_one" of them in each command, or,
  // "made", by commands that have every member make them.
  if (op == "fill") co_return co_await fill_cells(fill_of(request));
  // Makes such puts at "rate" a second from now on; none at rate 0.
  if (op == "load") co_return start_load(plan_of(request), request.value("rate", 0.0));
  // What these came to since they were last asked for.
  if (op == "reading") co_return read_load();
  // Stores the state, and prunes the log behind it.
  if (op == "store") co_return co_await store();
  // The digest of what is held here.
  if (op == "look") co_return co_await look();
  // Answers when everything up to "index" is applied here.
  if (op == "reached") co_return co_await reached(number_of(request, "index"));
  // The peak of the memory counts from now on.
  if (op == "forget_peak") {
    forget_peak_memory();
    co_return done();
  }
  co_return refusal("unknown request \"" + op + "\"");
}

json MemberServer::status() const {
  const GroupStatus group = subject_->status();
  json report = status_json(network_.status(), group);
  report["ok"] = true;
  report["votes"] = votes(group);
  report["cpu_seconds"] = cpu_seconds();
  report["memory"] = memory_bytes();
  report["peak_memory"] = peak_memory_bytes();
  report["wire_sent"] = wire_->sent();
  report["wire_received"] = wire_->received();
  return report;
}

asio::awaitable<json> MemberServer::fill_cells(FillPlan plan) {
  const auto began = Clock::now();
  const auto filled = co_await fill(subject_, plan);
  if (!filled) co_return failure(filled.error().code());
  json report = done();
  report["seconds"] = seconds_since(began);
  co_return report;
}

json MemberServer::start_load(const WritePlan& plan, double rate) {
  if (load_) load_->stop();
  if (rate <= 0) return done();
  load_ = std::make_shared<SteadyLoad>(network_.executor(), subject_);
  load_->start(plan, rate);
  return done();
}

json MemberServer::read_load() {
  json report = done();
  const LoadReading reading = load_ ? load_->read() : LoadReading{};
  report["puts"] = reading.latency.count();
  report["failed"] = reading.failed;
  report["missed"] = reading.missed;
  report["p50_ms"] = milliseconds(reading.latency.percentile(0.5));
  report["p99_ms"] = milliseconds(reading.latency.percentile(0.99));
  report["max_ms"] = milliseconds(reading.latency.percentile(1.0));
  return report;
}

asio::awaitable<json> MemberServer::store() {
  const Admin admin = subject_->admin();
  const auto [error, position] = co_await admin.snapshot(completion);
  if (error) co_return failure(error);
  const auto [not_pruned, base] = co_await admin.prune(completion);
  if (not_pruned) co_return failure(not_pruned);
  json report = done();
  report["position"] = position.to_string();
  report["base"] = base.to_string();
  co_return report;
}

asio::awaitable<json> MemberServer::look() {
  const auto [error, summary] = co_await subject_->look();
  if (error) co_return failure(error);
  json report = done();
  report["cells"] = summary.cells;
  report["digest"] = summary.digest.hex();
  co_return report;
}

asio::awaitable<json> MemberServer::reached(std::uint64_t index) {
  const Conditions when = subject_->when();
  const Cursor position{Term(), Index(index)};
  const auto [error] = co_await when.applied(position, completion);
  if (error) co_return failure(error);
  co_return done();
}

}  // namespace tessera::tool::bench
