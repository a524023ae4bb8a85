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

/// The keys are bytes, and not phrases that would each have to be stretched: a thousand of those
/// take minutes of processor time.
ClientServer::Groups join_all(const Network& network, const MemberOptions& options,
                              const char* key) {
  const UniqueId secret = UniqueId::from("tessera/bench/groups").derive(key);
  const bool founds = options.founders != 0;
  ClientServer::Groups groups;
  for (std::size_t number = 0; number < options.groups; ++number) {
    groups.push_back(network.group(GroupKey::from(secret.derive(number).bytes()))
                         .genesis(founds ? Genesis::expect(options.founders) : Genesis::join())
                         .durability(options.memory ? Durability::memory : Durability::fsync)
                         .state_machine([] { return ServedCells(); })
                         .join());
  }
  return groups;
}

asio::awaitable<void> serve(ClientServer::Groups groups,
                            std::shared_ptr<asio::signal_set> signals) {
  const auto [error, signal] = co_await signals->async_wait(completion);
  static_cast<void>(error);
  static_cast<void>(signal);
  for (const auto& group : groups) {
    const auto [not_closed] = co_await group.close(completion);
    static_cast<void>(not_closed);
  }
}

}  // namespace

ExitCode run_client_member(const MemberOptions& options) {
  const char* key = std::getenv("TESSERA_KEY");
  if (key == nullptr || options.groups == 0) {
    return complain(Error(Errc::invalid_argument, "started by \"tessera bench\" only"));
  }
  try {
    asio::io_context io(1);
    const auto wire = std::make_shared<WireMeter>();
    const Network network = member_network(io.get_executor(), options, wire);
    const ClientServer::Groups groups = join_all(network, options, key);
    const auto server = std::make_shared<ClientServer>(network, groups, wire);
    auto answer = [server](nlohmann::json request) { return server->answer(std::move(request)); };
    auto control = ControlServer::start(io.get_executor(), options.data_dir, std::move(answer));
    if (!control) return complain(control.error());
    auto signals = std::make_shared<asio::signal_set>(io, SIGINT, SIGTERM);
    asio::co_spawn(io, serve(groups, signals), [&](const std::exception_ptr& thrown) {
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
