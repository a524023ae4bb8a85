#include <tessera/runtime/tool/control_answers.h>
#include <tessera/runtime/tool/control_client.h>
#include <tessera/runtime/tool/control_server.h>
#include <tessera/runtime/tool/line_stream.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <list>

namespace tessera::tool {
namespace {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;
using nlohmann::json;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);
/// Requests of one connection under way at once; more wait in its socket.
constexpr std::size_t requests_max = 1024;

/// One connection to the control socket.
class Client : public std::enable_shared_from_this<Client> {
 public:
  Client(Protocol::socket socket, ControlServer::Answer answer)
      : lines_(std::make_shared<LineStream>(std::move(socket))), answer_(std::move(answer)) {}

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
    if (request.is_object()) reply = co_await self->answer_(request);
    if (request.is_object() && request.contains("id")) reply["id"] = request["id"];
    self->lines_->write(reply.dump(-1, ' ', false, json::error_handler_t::replace));
    --self->running_;
    self->room_.cancel();
  }

  std::shared_ptr<LineStream> lines_;
  ControlServer::Answer answer_;
  std::size_t running_ = 0;
  asio::steady_timer room_{lines_->executor()};
};

/// What the accepting loop shares with whoever ends it.
struct Listening {
  explicit Listening(const asio::any_io_executor& executor) : acceptor(executor) {}
  Protocol::acceptor acceptor;
  std::list<std::weak_ptr<Client>> clients;
};

asio::awaitable<void> accept_loop(std::shared_ptr<Listening> listening,
                                  ControlServer::Answer answer) {
  for (;;) {
    auto [error, socket] = co_await listening->acceptor.async_accept(completion);
    if (error == asio::error::operation_aborted || !listening->acceptor.is_open()) co_return;
    if (error) continue;
    auto client = std::make_shared<Client>(std::move(socket), answer);
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

Result<std::unique_ptr<ControlServer>> ControlServer::start(const asio::any_io_executor& executor,
                                                            const std::filesystem::path& data_dir,
                                                            Answer answer) {
  const auto path = control_socket(data_dir);
  if (path.string().size() > 100) {
    return Error(Errc::invalid_argument,
                 path.string() + ": the path is too long for a socket (100 bytes)");
  }
  auto listening = std::make_shared<Listening>(executor);
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
  spawn(executor, accept_loop(listening, std::move(answer)));
  return std::unique_ptr<ControlServer>(std::make_unique<Server>(std::move(listening), path));
}

}  // namespace tessera::tool
