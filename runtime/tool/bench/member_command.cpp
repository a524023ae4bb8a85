#include <tessera/runtime/internal/plain_links.h>
#include <tessera/runtime/tool/bench/member_command.h>
#include <tessera/runtime/tool/bench/member_server.h>
#include <tessera/runtime/tool/bench/strategies.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/control_server.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdlib>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);

JoinPlan join_plan(const MemberOptions& options, const char* key) {
  JoinPlan plan;
  plan.key = key;
  if (options.founders != 0) plan.genesis = Genesis::expect(options.founders);
  if (options.observer) plan.leadership = LeadershipPreference::observer();
  // Who lags opens a session: the leader's own re-sending is not what is measured. But for the
  // little that is written while the session ends, or that would take another one.
  plan.settings.inline_catch_up = std::uint64_t{64} << 10U;
  return plan;
}

asio::awaitable<void> serve(std::shared_ptr<Subject> subject,
                            std::shared_ptr<asio::signal_set> signals) {
  const auto [error, signal] = co_await signals->async_wait(completion);
  static_cast<void>(error);
  static_cast<void>(signal);
  co_await subject->close();
}

}  // namespace

Network member_network(const asio::any_io_executor& executor, const MemberOptions& options,
                       std::shared_ptr<WireMeter> wire) {
  NetworkConfig config("tessera bench");
  config.data_dir = options.data_dir;
  config.listen = options.listen;
  if (!options.advertise.empty()) config.advertise = {options.advertise};
  config.peers = options.peers;
  // All founders are on this machine and started together: nobody needs to be looked for.
  config.genesis_wait = std::chrono::milliseconds(200);
  config.metrics = std::move(wire);
  config.limits.bulk_bytes_per_second = options.bulk_bytes_per_second;
  config.log = [](const LogRecord& record) {
    if (record.level == LogLevel::debug) return;
    say(fmt::format("{} {}: {}", name_of(record.level), record.component, record.message));
  };
  if (options.plain) return runtime::open_with_plain_links(executor, config);
  return Network(executor, std::move(config));
}

ExitCode run_member(const MemberOptions& options) {
  const StrategyRow* strategy = strategy_named(options.strategy);
  const char* key = std::getenv("TESSERA_KEY");
  if (strategy == nullptr || key == nullptr) {
    return complain(Error(Errc::invalid_argument, "started by \"tessera bench\" only"));
  }
  try {
    asio::io_context io(1);
    const auto wire = std::make_shared<WireMeter>();
    const Network network = member_network(io.get_executor(), options, wire);
    const std::shared_ptr<Subject> subject = strategy->join(network, join_plan(options, key));
    const auto server = std::make_shared<MemberServer>(network, subject, wire);
    auto answer = [server](nlohmann::json request) { return server->answer(std::move(request)); };
    auto control = ControlServer::start(io.get_executor(), options.data_dir, std::move(answer));
    if (!control) return complain(control.error());
    auto signals = std::make_shared<asio::signal_set>(io, SIGINT, SIGTERM);
    asio::co_spawn(io, serve(subject, signals), [&](const std::exception_ptr& thrown) {
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
