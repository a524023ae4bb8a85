#include <tessera/runtime/tool/bench/client_member.h>
#include <tessera/runtime/tool/bench/client_server.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/control_server.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdlib>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);

Group<ServedCells> join(const Network& network, const MemberOptions& options, const char* key) {
  const bool founds = options.founders != 0;
  return network.group(GroupKey::from(key))
      .genesis(founds ? Genesis::expect(options.founders) : Genesis::join())
      .durability(options.memory ? Durability::memory : Durability::fsync)
      .state_machine([] { return ServedCells(); })
      .join();
}

asio::awaitable<void> serve(Group<ServedCells> group, std::shared_ptr<asio::signal_set> signals) {
  const auto [error, signal] = co_await signals->async_wait(completion);
  static_cast<void>(error);
  static_cast<void>(signal);
  const auto [not_closed] = co_await group.close(completion);
  static_cast<void>(not_closed);
}

}  // namespace

ExitCode run_client_member(const MemberOptions& options) {
  const char* key = std::getenv("TESSERA_KEY");
  if (key == nullptr) {
    return complain(Error(Errc::invalid_argument, "started by \"tessera bench\" only"));
  }
  try {
    asio::io_context io(1);
    const auto wire = std::make_shared<WireMeter>();
    Network network(io.get_executor(), member_network(options, wire));
    const Group<ServedCells> group = join(network, options, key);
    const auto server = std::make_shared<ClientServer>(network, group, wire);
    auto answer = [server](nlohmann::json request) { return server->answer(std::move(request)); };
    auto control = ControlServer::start(io.get_executor(), options.data_dir, std::move(answer));
    if (!control) return complain(control.error());
    auto signals = std::make_shared<asio::signal_set>(io, SIGINT, SIGTERM);
    asio::co_spawn(io, serve(group, signals), [&](const std::exception_ptr& thrown) {
      control->reset();
      io.stop();
      if (thrown) std::rethrow_exception(thrown);
    });
    io.run();
  } catch (const boost::system::system_error& error) {
    return complain(Error(error.code(), error.what()));
  }
  return ExitCode::done;
}

}  // namespace tessera::tool::bench
