#include <tessera/primitives/random.h>
#include <tessera/primitives/unique_id.h>
#include <tessera/runtime/tool/bench/cluster.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <optional>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);
/// How long a member may take until it answers: it may have a long log to apply.
constexpr std::chrono::minutes patience{10};
constexpr std::chrono::seconds closing_patience{30};
constexpr std::chrono::milliseconds between_tries{2};
constexpr std::size_t log_tail_lines = 8;

}  // namespace

Cluster::Cluster(Plan plan)
    : plan_(std::move(plan)),
      key_(UniqueId::from("tessera/bench").derive(system_entropy()).hex()),
      members_(plan_.members + plan_.joiners) {
  for (Place place = 0; place < members_.size(); ++place) {
    const bool apart = is_joiner(place) && !plan_.joiners_folder.empty();
    const std::filesystem::path& folder = apart ? plan_.joiners_folder : plan_.folder;
    members_[place].data_dir = folder / fmt::format("m{}", place + 1);
    members_[place].log = folder / fmt::format("m{}.log", place + 1);
  }
}

std::string Cluster::name(Place place) const { return fmt::format("member {}", place + 1); }

Result<std::filesystem::path> Cluster::make_folder(const std::filesystem::path& parent) {
  std::string path = (parent / "tessera-bench-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) {
    return Error(Errc::io_failed, path + ": " + std::strerror(errno));
  }
  return std::filesystem::path(path);
}

std::string Cluster::address(Place place) const {
  const Member& member = members_[place];
  if (member.line) return member.line->address();
  return member.listen.ends_with(":0") ? std::string() : member.listen;
}

std::vector<std::string> Cluster::arguments(Place place) const {
  const Member& member = members_[place];
  const bool joins = member.rebuilt || is_joiner(place);
  std::vector<std::string> words = plan_.member;
  const auto add = [&](const char* option, const std::string& value) {
    words.insert(words.end(), {option, value});
  };
  add("--data", member.data_dir);
  add("--listen", member.listen);
  add("--founders", std::to_string(joins ? 0 : plan_.members));
  if (member.line) add("--advertise", member.line->address());
  if (is_joiner(place)) words.emplace_back("--observer");
  if (plan_.bulk_bytes_per_second != 0) {
    add("--bulk-limit", std::to_string(plan_.bulk_bytes_per_second));
  }
  for (Place other = 0; other < members_.size(); ++other) {
    if (other != place && !address(other).empty()) add("--peer", address(other));
  }
  return words;
}

Result<void> Cluster::shape_line(const asio::any_io_executor& executor, Member& member) const {
  if (!plan_.shape.is_shaped() || member.line) return {};
  // The line must be known before the member is, which says what it is called by.
  const auto port = free_port(executor);
  if (!port) return port.error();
  auto line = open_shaped_port(executor, *port, plan_.shape);
  if (!line) return std::move(line).error();
  member.listen = "127.0.0.1:" + std::to_string(*port);
  member.line = *std::move(line);
  return {};
}

asio::awaitable<Result<void>> Cluster::start(Place place) {
  Member& member = members_[place];
  ChildProcess::Start start;
  start.log = member.log;
  start.yields = plan_.joiners_yield && is_joiner(place);
  start.environment.push_back("TESSERA_KEY=" + key_);
  const auto executor = co_await asio::this_coro::executor;
  if (auto shaped = shape_line(executor, member); !shaped) co_return shaped;
  start.arguments = arguments(place);
  auto process = ChildProcess::start(start);
  if (!process) co_return process.error().within(name(place));
  member.process = *std::move(process);

  asio::steady_timer timer(executor);
  const auto deadline = Clock::now() + patience;
  while (!member.client) {
    if (interrupted_) co_return Error(Errc::disconnected, "interrupted");
    if (!member.process.running()) {
      co_return Error(Errc::disconnected,
                      fmt::format("{} has ended ({})", name(place), member.process.ending()));
    }
    if (Clock::now() > deadline) co_return Error(Errc::timed_out, name(place) + " does not answer");
    auto connected = co_await ControlClient::connect(member.data_dir);
    if (connected) {
      member.client = *std::move(connected);
      break;
    }
    timer.expires_after(between_tries);
    co_await timer.async_wait(completion);
  }
  json request;
  request["op"] = "status";
  const auto status = co_await ask(place, std::move(request));
  if (!status) co_return status.error();
  const bool tells = !member.line && !status->at("listen").empty();
  if (tells) member.listen = status->at("listen").front();
  co_return Result<void>{};
}

void Cluster::kill(Place place) {
  Member& member = members_[place];
  member.process.kill();
  if (member.client) member.client->close();
  member.client.reset();
}

asio::awaitable<Result<void>> Cluster::close(Place place) {
  Member& member = members_[place];
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor);
  const auto deadline = Clock::now() + closing_patience;
  member.process.terminate();
  while (member.process.running() && Clock::now() < deadline && !interrupted_) {
    timer.expires_after(between_tries);
    co_await timer.async_wait(completion);
  }
  const bool ended = !member.process.running();
  kill(place);
  if (interrupted_) co_return Error(Errc::disconnected, "interrupted");
  if (!ended) co_return Error(Errc::timed_out, name(place) + " does not end");
  co_return Result<void>{};
}

Result<void> Cluster::wipe(Place place) {
  std::error_code error;
  const auto store = members_[place].data_dir / "store";
  std::filesystem::remove_all(store, error);
  if (error) return Error(Errc::io_failed, store.string() + ": " + error.message());
  members_[place].rebuilt = true;
  return {};
}

void Cluster::stop() {
  for (Place place = 0; place < members_.size(); ++place) {
    kill(place);
    members_[place].line.reset();
  }
}

void Cluster::end() {
  stop();
  std::error_code ignored;
  if (plan_.keep) return;
  std::filesystem::remove_all(plan_.folder, ignored);
  if (!plan_.joiners_folder.empty()) std::filesystem::remove_all(plan_.joiners_folder, ignored);
}

void Cluster::interrupt() {
  interrupted_ = true;
  stop();
}

asio::awaitable<Result<json>> Cluster::ask(Place place, json request) {
  const auto client = members_[place].client;
  if (!client) co_return Error(Errc::disconnected, name(place) + " does not run");
  auto answer = co_await client->ask(std::move(request));
  if (!answer) co_return answer.error().within(name(place));
  co_return answer;
}

asio::awaitable<Result<Place>> Cluster::leader() {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor);
  const auto deadline = Clock::now() + patience;
  while (Clock::now() < deadline) {
    for (Place place = 0; place < members_.size(); ++place) {
      if (!runs(place)) continue;
      json request;
      request["op"] = "status";
      const auto status = co_await ask(place, std::move(request));
      if (!status) co_return status.error();
      const bool leads = status->at("role") == "leader" && status->at("online").get<bool>();
      if (leads) co_return place;
    }
    timer.expires_after(between_tries);
    co_await timer.async_wait(completion);
  }
  co_return Error(Errc::timed_out, "no member leads");
}

std::vector<std::string> Cluster::log_tails() const {
  std::vector<std::string> lines;
  for (Place place = 0; place < members_.size(); ++place) {
    std::deque<std::string> last;
    std::ifstream log(members_[place].log);
    for (std::string line; std::getline(log, line);) {
      last.push_back(name(place) + ": " + line);
      if (last.size() > log_tail_lines) last.pop_front();
    }
    lines.insert(lines.end(), last.begin(), last.end());
  }
  return lines;
}

}  // namespace tessera::tool::bench
