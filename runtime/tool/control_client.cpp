#include <tessera/runtime/tool/control_client.h>
#include <tessera/runtime/tool/line_stream.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

namespace tessera::tool {
namespace {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;
using nlohmann::json;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);

/// One question that waits: the timer stands for its answer.
struct Waiting {
  explicit Waiting(const asio::any_io_executor& executor)
      : answered(executor, asio::steady_timer::time_point::max()) {}
  asio::steady_timer answered;
  std::optional<Result<json>> answer;
};

Result<json> read_answer(const json& answer) {
  if (answer.value("ok", false)) return answer;
  const int code = answer.value("code", static_cast<int>(Errc::malformed));
  return Error(static_cast<Errc>(code), answer.value("message", std::string("no reason given")));
}

class Connection final : public ControlClient, public std::enable_shared_from_this<Connection> {
 public:
  explicit Connection(Protocol::socket socket)
      : lines_(std::make_shared<LineStream>(std::move(socket))) {}

  void start() {
    // The loop owns the connection until the socket closes; `close` ends it.
    spawn(lines_->executor(), read_loop(shared_from_this()));
  }

  asio::awaitable<Result<json>> ask(json request) override {
    const std::uint64_t id = ++last_id_;
    request["id"] = id;
    auto self = shared_from_this();
    auto waiting = std::make_shared<Waiting>(lines_->executor());
    if (!lines_->is_open()) co_return gone();
    waiting_.emplace(id, waiting);
    lines_->write(request.dump(-1, ' ', false, json::error_handler_t::replace));
    co_await waiting->answered.async_wait(completion);
    waiting_.erase(id);
    if (!waiting->answer) co_return gone();
    co_return *std::move(waiting->answer);
  }

  void close() override {
    lines_->close();
    for (auto& [id, waiting] : waiting_) waiting->answered.cancel();
  }

 private:
  static Error gone() { return {Errc::disconnected, "the node has gone away"}; }

  static asio::awaitable<void> read_loop(std::shared_ptr<Connection> self) {
    while (const auto line = co_await self->lines_->next()) self->answered(*line);
    self->close();
  }

  void answered(const std::string& line) {
    const json answer = json::parse(line, nullptr, false);
    if (!answer.is_object()) return;
    const auto found = waiting_.find(answer.value("id", std::uint64_t{0}));
    if (found == waiting_.end()) return;
    found->second->answer = read_answer(answer);
    found->second->answered.cancel();
  }

  std::shared_ptr<LineStream> lines_;
  std::map<std::uint64_t, std::shared_ptr<Waiting>> waiting_;
  std::uint64_t last_id_ = 0;
};

}  // namespace

std::filesystem::path control_socket(const std::filesystem::path& data_dir) {
  return data_dir / "control.sock";
}

asio::awaitable<Result<std::shared_ptr<ControlClient>>> ControlClient::connect(
    std::filesystem::path data_dir) {
  const auto executor = co_await asio::this_coro::executor;
  const std::string path = control_socket(data_dir).string();
  if (path.size() > 100) {
    co_return Error(Errc::invalid_argument,
                    fmt::format("{}: the path is too long for a socket (100 bytes)", path));
  }
  Protocol::socket socket(executor);
  const Protocol::endpoint endpoint(path);
  const auto [error] = co_await socket.async_connect(endpoint, completion);
  if (error) {
    co_return Error(Errc::disconnected, fmt::format("no node answers in {} ({}); is it running?",
                                                    data_dir.string(), error.message()));
  }
  auto connection = std::make_shared<Connection>(std::move(socket));
  connection->start();
  co_return std::shared_ptr<ControlClient>(std::move(connection));
}

}  // namespace tessera::tool
