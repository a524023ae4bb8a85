#include <tessera/primitives/random.h>
#include <tessera/primitives/unique_id.h>
#include <tessera/runtime/tool/demo/cluster.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>

namespace tessera::tool::demo {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t members_all = 4;
constexpr const char* founders = "3";
/// Small, as the data is, so that those who lag catch up in a session.
constexpr const char* inline_catch_up = "65536";
constexpr std::chrono::milliseconds tick{20};
constexpr std::size_t log_tail_lines = 12;

/// A key that nobody else has: 256 bits of the operating system's randomness.
std::string random_key() {
  UniqueId key = UniqueId::from("tessera/demo");
  for (int word = 0; word < 4; ++word) key = key.derive(system_entropy());
  return key.hex();
}

}  // namespace

Cluster::Cluster(std::filesystem::path folder, bool keep)
    : folder_(std::move(folder)), key_(random_key()), keep_(keep) {
  for (Place place = 0; place < members_all; ++place) {
    Member member;
    member.name = fmt::format("node {}", place + 1);
    member.data_dir = folder_ / fmt::format("node-{}", place + 1);
    member.log = folder_ / fmt::format("node-{}.log", place + 1);
    member.listen = "127.0.0.1:0";
    members_.push_back(std::move(member));
  }
}

void Cluster::end() {
  for (Place place = 0; place < members_.size(); ++place) kill(place);
  std::error_code ignored;
  if (!keep_) std::filesystem::remove_all(folder_, ignored);
}

Result<std::filesystem::path> Cluster::make_folder() {
  std::string path = "/tmp/tessera-demo-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) {
    return Error(Errc::io_failed, path + ": " + std::strerror(errno));
  }
  return std::filesystem::path(path);
}

Result<void> Cluster::start(Place place, Part part) {
  Member& member = members_[place];
  ChildProcess::Start start;
  start.log = member.log;
  start.environment = {"TESSERA_KEY=" + key_};
  start.arguments = {"node",        "--network",         "tessera demo",
                     "--data",      member.data_dir,     "--listen",
                     member.listen, "--inline-catch-up", inline_catch_up};
  if (part == Part::founder) {
    start.arguments.insert(start.arguments.end(), {"--founders", founders});
  } else {
    start.arguments.emplace_back("--join");
  }
  if (place != 0) start.arguments.insert(start.arguments.end(), {"--peer", members_[0].listen});
  auto process = ChildProcess::start(start);
  if (!process) return process.error().within(member.name);
  member.process = *std::move(process);
  member.wanted = true;
  return {};
}

void Cluster::kill(Place place) {
  Member& member = members_[place];
  member.wanted = false;
  member.process.kill();
  if (member.client) member.client->close();
  member.client.reset();
  member.view.reset();
}

Result<void> Cluster::wipe(Place place) {
  kill(place);
  std::error_code error;
  const auto store = members_[place].data_dir / "store";
  std::filesystem::remove_all(store, error);
  if (error) return Error(Errc::io_failed, store.string() + ": " + error.message());
  return {};
}

void Cluster::interrupt() {
  interrupted_ = true;
  for (Place place = 0; place < members_.size(); ++place) kill(place);
}

std::vector<Place> Cluster::running() const {
  std::vector<Place> places;
  for (Place place = 0; place < members_.size(); ++place) {
    if (members_[place].wanted) places.push_back(place);
  }
  return places;
}

std::optional<Place> Cluster::leader() const {
  std::optional<Place> found;
  for (const Place place : running()) {
    const auto& view = members_[place].view;
    if (!view || view->role != "leader") continue;
    if (!found || members_[*found].view->term < view->term) found = place;
  }
  return found;
}

std::uint64_t Cluster::committed() const {
  std::uint64_t highest = 0;
  for (const Member& member : members_) {
    if (member.last_view) highest = std::max(highest, member.last_view->committed);
  }
  return highest;
}

asio::awaitable<Result<json>> Cluster::ask(Place place, json request) {
  const auto client = members_[place].client;
  if (!client) {
    co_return Error(Errc::disconnected, members_[place].name + " does not answer");
  }
  auto answer = co_await client->ask(std::move(request));
  if (!answer) co_return answer.error().within(members_[place].name);
  co_return answer;
}

asio::awaitable<void> Cluster::look_at(Place place) {
  if (!members_[place].client) {
    auto connected = co_await ControlClient::connect(members_[place].data_dir);
    if (!connected || !members_[place].wanted) co_return;
    members_[place].client = *std::move(connected);
  }
  const auto client = members_[place].client;
  json request;
  request["op"] = "status";
  const auto answer = co_await client->ask(std::move(request));
  Member& member = members_[place];
  // It may have been killed, and even started again, meanwhile.
  if (member.client != client) co_return;
  if (!answer) {
    client->close();
    member.client.reset();
    member.view.reset();
    co_return;
  }
  member.view = MemberView::from(*answer);
  member.last_view = member.view;
  if (!member.view->listen.empty()) member.listen = member.view->listen.front();
}

asio::awaitable<void> Cluster::keep_watching(std::weak_ptr<Cluster> cluster, Place place) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor);
  while (const auto self = cluster.lock()) {
    if (self->members_[place].wanted) co_await self->look_at(place);
    timer.expires_after(tick);
    co_await timer.async_wait(completion);
  }
}

std::optional<Error> Cluster::unexpected_end() {
  for (Member& member : members_) {
    if (!member.wanted || member.process.running()) continue;
    return Error(Errc::disconnected,
                 fmt::format("{} has ended ({})", member.name, member.process.ending()));
  }
  return std::nullopt;
}

asio::awaitable<Result<void>> Cluster::wait(Wait wait) {
  const auto self = shared_from_this();
  const auto executor = co_await asio::this_coro::executor;
  if (!watching_) {
    watching_ = true;
    for (Place place = 0; place < members_.size(); ++place) {
      spawn(executor, keep_watching(weak_from_this(), place));
    }
  }
  asio::steady_timer timer(executor);
  const auto deadline = Clock::now() + wait.patience;
  while (!wait.until()) {
    if (interrupted_) co_return Error(Errc::disconnected, "interrupted");
    if (auto ended = unexpected_end()) co_return ended->within("waiting for " + wait.what);
    if (Clock::now() > deadline) {
      co_return Error(Errc::timed_out, fmt::format("waited {} s in vain for {}",
                                                   wait.patience.count() / 1000, wait.what));
    }
    if (wait.meanwhile) wait.meanwhile();
    timer.expires_after(tick);
    co_await timer.async_wait(completion);
  }
  if (interrupted_) co_return Error(Errc::disconnected, "interrupted");
  co_return Result<void>{};
}

std::vector<std::string> Cluster::states() const {
  std::vector<std::string> lines;
  for (const Member& member : members_) {
    if (!member.last_view && !member.wanted) continue;
    std::string state = "has not answered yet";
    if (member.last_view) state = member.last_view->sentence();
    if (!member.wanted) state = "killed; before: " + state;
    if (member.wanted && member.last_view && !member.view) state = "silent; before: " + state;
    lines.push_back(member.name + ": " + state);
  }
  return lines;
}

std::vector<std::string> Cluster::log_tail(Place place) const {
  std::deque<std::string> last;
  std::ifstream log(members_[place].log);
  for (std::string line; std::getline(log, line);) {
    last.push_back(line);
    if (last.size() > log_tail_lines) last.pop_front();
  }
  return {last.begin(), last.end()};
}

}  // namespace tessera::tool::demo
