#include <tessera/runtime/tool/ask.h>
#include <tessera/runtime/tool/control_client.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <future>
#include <utility>

namespace tessera::tool {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

asio::awaitable<Result<json>> ask_once(std::filesystem::path data_dir, json request) {
  auto client = co_await ControlClient::connect(std::move(data_dir));
  if (!client) co_return client.error();
  auto answer = co_await (*client)->ask(std::move(request));
  (*client)->close();
  co_return answer;
}

}  // namespace

Result<json> ask_node(const std::filesystem::path& data_dir, json request,
                      std::chrono::seconds patience) {
  asio::io_context io(1);
  auto answer = asio::co_spawn(io, ask_once(data_dir, std::move(request)), asio::use_future);
  io.run_for(patience);
  if (answer.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
    return Error(Errc::timed_out, fmt::format("the node in {} did not answer within {} s",
                                              data_dir.string(), patience.count()));
  }
  return answer.get();
}

}  // namespace tessera::tool
