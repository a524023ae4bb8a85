#include <tessera/net/address.h>
#include <tessera/runtime/tool/commands.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/control_registry.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include <chrono>
#include <csignal>

namespace tessera::tool {
namespace {

namespace asio = boost::asio;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t founders_max = 15;

/// `invalid_argument` if what was set as an address is none.
Result<void> check_addresses(std::string_view setting, const std::vector<std::string>& addresses) {
  for (const std::string& text : addresses) {
    if (auto address = net::Address::parse(text); !address) {
      return Error(Errc::invalid_argument,
                   fmt::format("\"{}\": {}", setting, address.error().message()));
    }
  }
  return {};
}

Result<void> check_settings(const NodeSettings& settings) {
  if (auto valid = check_addresses("listen", {settings.listen}); !valid) return valid;
  if (auto valid = check_addresses("advertise", settings.advertise); !valid) return valid;
  if (auto valid = check_addresses("peers", settings.peers); !valid) return valid;
  if (!settings.join_only && (settings.founders < 1 || settings.founders > founders_max)) {
    return Error(Errc::invalid_argument, fmt::format("\"founders\" is {}; it must be from 1 to {}",
                                                     settings.founders, founders_max));
  }
  return settings.group.validate();
}

Result<NetworkConfig> network_config(const NodeSettings& settings) {
  if (settings.key.empty()) {
    return Error(Errc::invalid_argument,
                 "a node needs the group's key: set TESSERA_KEY, or \"key\" in its settings file");
  }
  if (auto valid = check_settings(settings); !valid) return valid.error();
  NetworkConfig config(settings.network);
  config.data_dir = settings.data_dir;
  config.listen = settings.listen;
  config.advertise = settings.advertise;
  config.peers = settings.peers;
  config.log = [](const LogRecord& record) {
    if (record.level == LogLevel::debug) return;
    say(fmt::format("{} {}: {}", name_of(record.level), record.component, record.message));
  };
  return config;
}

/// What was thrown with the code, without the code's own words behind it.
std::string words_of(const boost::system::system_error& error) {
  std::string words = error.what();
  const std::string tail = ": " + error.code().what();
  if (words.ends_with(tail)) words.resize(words.size() - tail.size());
  return words;
}

std::string start_text(const StartProgress& start) {
  std::string text;
  if (start.parts_total != 0) {
    text = fmt::format("{} of {} parts of the snapshot ({}), ", start.parts_done, start.parts_total,
                       bytes_text(static_cast<double>(start.state_bytes)));
  }
  return text + fmt::format("{} of {} entries of the log ({})", start.entries_done,
                            start.entries_total, bytes_text(static_cast<double>(start.log_bytes)));
}

/// Says how the start gets on, and what it was when it is over.
asio::awaitable<void> say_start(Group<Registry> group) {
  constexpr std::chrono::milliseconds between_looks{100};
  constexpr int looks_between_words = 10;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (int looks = 1; group.status().opening; ++looks) {
    if (looks % looks_between_words == 0) say("opening: " + start_text(group.status().start));
    timer.expires_after(between_looks);
    co_await timer.async_wait(completion);
  }
  const GroupStatus status = group.status();
  if (!status.problem && !status.closed) say("opened: " + start_text(status.start));
}

/// Runs until a signal asks it to stop, then closes the member in good order.
asio::awaitable<void> serve(Group<Registry> group, std::shared_ptr<asio::signal_set> signals) {
  const auto [error, signal] = co_await signals->async_wait(completion);
  say(fmt::format("stopping on signal {}", signal));
  const auto [closed] = co_await group.close(completion);
  static_cast<void>(error);
  static_cast<void>(closed);
}

}  // namespace

ExitCode run_node(const NodeSettings& settings) {
  auto config = network_config(settings);
  if (!config) return complain(config.error());
  try {
    asio::io_context io(1);
    const SharedStore store;
    if (!settings.data_dir.empty()) config->store = store.factory(settings.data_dir);
    Network network(io.get_executor(), *std::move(config));
    const auto genesis = settings.join_only ? Genesis::join() : Genesis::expect(settings.founders);
    auto group = network.group(GroupKey::from(settings.key))
                     .genesis(genesis)
                     .settings(settings.group)
                     .state_machine(Registry("registry"))
                     .join();
    auto control = start_control({network, group, store}, settings.data_dir);
    if (!control) return complain(control.error());
    for (const std::string& address : network.listen_addresses()) {
      say(fmt::format("{} listens on {}", network.local_id().brief(), address));
    }
    spawn(io.get_executor(), say_start(group));
    auto signals = std::make_shared<asio::signal_set>(io, SIGINT, SIGTERM);
    asio::co_spawn(io, serve(group, signals), [&](const std::exception_ptr& thrown) {
      control->reset();
      io.stop();
      if (thrown) std::rethrow_exception(thrown);
    });
    io.run();
  } catch (const boost::system::system_error& error) {
    return complain(Error(error.code(), words_of(error)));
  }
  return ExitCode::done;
}

}  // namespace tessera::tool
