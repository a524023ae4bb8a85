#include <tessera/runtime/tool/bench/client_server.h>
#include <tessera/runtime/tool/bench/write_plan.h>
#include <tessera/runtime/tool/control_answers.h>
#include <tessera/runtime/tool/status_json.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);
/// Cells are filled by so many bytes at once.
constexpr std::chrono::seconds stream_patience{60};
constexpr std::size_t batch_bytes = std::size_t{256} << 10U;

json done() { return json{{"ok", true}}; }

std::uint64_t number_of(const json& request, const char* name) {
  const auto found = request.find(name);
  return found != request.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

WriteStream::Event event_of(const json& request) {
  const std::chrono::nanoseconds at(number_of(request, "at"));
  return {WriteStream::Clock::time_point(at), Term(number_of(request, "term"))};
}

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

bool all_bonded(const GroupStatus& group) {
  return std::all_of(group.members.begin(), group.members.end(),
                     [](const MemberInfo& each) { return each.bonded; });
}

}  // namespace

asio::awaitable<json> ClientServer::answer(json request) {
  const std::string op = text_of(request, "op");
  // Of the process and of its first group.
  if (op == "status") co_return status();
  // How all groups are.
  if (op == "groups") co_return survey();
  // Sets every cell of the first group.
  if (op == "fill") co_return co_await fill(request.at("keys"), request.at("value_bytes"));
  // Starts clients.
  if (op == "clients") co_return start_clients(client_plan_of(request));
  // What their calls came to since they were last asked for.
  if (op == "reading") co_return read_clients();
  if (op == "stop") {
    if (clients_) clients_->stop();
    co_return done();
  }
  // Begins a write to the first group every so often, "rate" a second, of "value_bytes" each.
  if (op == "stream") {
    const WriteStream::Plan plan{request.at("rate"), request.at("value_bytes")};
    co_return start_stream(plan);
  }
  // The first that was begun after "at" and committed in a term later than "term".
  if (op == "first_after") co_return co_await first_after(event_of(request));
  // No more of them; what they came to, once they have all ended.
  if (op == "stop_stream") co_return co_await stop_stream(event_of(request));
  // Hands the first group's leadership to "peer".
  if (op == "transfer") co_return co_await transfer(text_of(request, "peer"));
  // The digest of what is held here, in all groups.
  if (op == "look") co_return co_await look();
  // Answers when everything up to "index" in the first group, or to the indices that "indices" has
  // for each, is applied here.
  if (op == "reached") {
    std::vector<std::uint64_t> indices(1, number_of(request, "index"));
    if (request.contains("indices")) request.at("indices").get_to(indices);
    co_return co_await reached(std::move(indices));
  }
  // The peak of the memory counts from now on.
  if (op == "forget_peak") {
    forget_peak_memory();
    co_return done();
  }
  co_return refusal("unknown request \"" + op + "\"");
}

json ClientServer::survey() const {
  std::vector<std::size_t> leads;
  std::vector<std::uint64_t> committed;
  std::size_t online = 0;
  std::size_t asleep = 0;
  for (std::size_t number = 0; number < groups_.size(); ++number) {
    const GroupStatus group = groups_[number].status();
    if (group.role == Role::leader) leads.push_back(number);
    committed.push_back(group.committed.index.value());
    if (group.online && all_bonded(group)) ++online;
    if (group.asleep) ++asleep;
  }
  json report = done();
  report["leads"] = leads;
  report["committed"] = committed;
  report["online"] = online;
  report["asleep"] = asleep;
  return report;
}

json ClientServer::status() const {
  const GroupStatus group = groups_.front().status();
  json report = status_json(network_.status(), group);
  report["ok"] = true;
  report["cpu_seconds"] = cpu_seconds();
  report["memory"] = memory_bytes();
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
    const auto [error, applied] = co_await groups_.front().execute_many(sets, completion);
    if (error) co_return failure(error);
  }
  co_return done();
}

json ClientServer::start_clients(const ClientPlan& plan) {
  const auto unknown = [&](std::size_t number) { return number >= groups_.size(); };
  if (plan.groups.empty() || std::any_of(plan.groups.begin(), plan.groups.end(), unknown)) {
    return refusal("there is no such group");
  }
  if (clients_) clients_->stop();
  clients_ = std::make_shared<ClientLoad>(network_.executor(), groups_);
  clients_->start(plan);
  return done();
}

json ClientServer::read_clients() {
  if (!clients_) return refusal("there are no clients");
  json report = client_reading_json(clients_->read());
  report["ok"] = true;
  return report;
}

json ClientServer::start_stream(const WriteStream::Plan& plan) {
  if (stream_) return refusal("there is a stream already");
  stream_ = std::make_shared<WriteStream>(network_.executor(), groups_.front());
  stream_->start(plan);
  return done();
}

asio::awaitable<json> ClientServer::first_after(WriteStream::Event event) {
  if (!stream_) co_return refusal("there is no stream");
  const auto first = co_await stream_->first_after(event, stream_patience);
  if (!first) co_return failure(make_error_code(Errc::timed_out));
  const GroupSettings settings = groups_.front().status().settings;
  const std::chrono::nanoseconds ended = first->ended.time_since_epoch();
  json report = done();
  report["ended"] = ended.count();
  report["heartbeat"] = seconds(settings.heartbeat);
  report["election_timeout"] = seconds(settings.election_timeout);
  co_return report;
}

asio::awaitable<json> ClientServer::stop_stream(WriteStream::Event event) {
  if (!stream_) co_return refusal("there is no stream");
  const auto stream = std::exchange(stream_, nullptr);
  const auto summary = co_await stream->stop(event);
  json report = done();
  report["written"] = summary.written;
  report["failed"] = summary.failed;
  report["missed"] = summary.missed;
  report["problem"] = summary.problem;
  report["longest"] = seconds(summary.longest);
  co_return report;
}

asio::awaitable<json> ClientServer::transfer(std::string peer) {
  const auto id = UniqueId::parse(peer);
  if (!id) co_return refusal("\"" + peer + "\" is no peer's id");
  const Admin admin = groups_.front().admin();
  const PeerId successor(*id);
  const auto [error, position] = co_await admin.transfer(successor, completion);
  if (error) co_return failure(error);
  co_return done();
}

asio::awaitable<json> ClientServer::look() {
  ServedCells::Get get;
  get.everything = true;
  UniqueId digest;
  UniqueId positions;
  for (const Group<ServedCells>& group : groups_) {
    const auto [error, answer] = co_await group.query(get, Consistency::weak, completion);
    if (error) co_return failure(error);
    digest = digest.derive(answer.result.digest);
    positions = positions.derive(answer.position.index.value());
  }
  json report = done();
  report["digest"] = digest.hex();
  report["positions"] = positions.hex();
  co_return report;
}

asio::awaitable<json> ClientServer::reached(std::vector<std::uint64_t> indices) {
  if (indices.size() > groups_.size()) co_return refusal("there is no such group");
  for (std::size_t number = 0; number < indices.size(); ++number) {
    const Conditions when = groups_[number].when();
    const Cursor position{Term(), Index(indices[number])};
    const auto [error] = co_await when.applied(position, completion);
    if (error) co_return failure(error);
  }
  co_return done();
}

}  // namespace tessera::tool::bench
