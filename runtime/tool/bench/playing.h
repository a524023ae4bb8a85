#pragma once

#include <tessera/runtime/tool/bench/cluster.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <exception>
#include <utility>

namespace tessera::tool::bench {

/// Plays `piece`, which measures `cluster`, on this thread, and stops the members: they are of no
/// use any more, and would take part in what is measured next. A signal interrupts it.
template <class Outcome>
[[nodiscard]] Result<Outcome> play_on(Cluster& cluster,
                                      boost::asio::awaitable<Result<Outcome>> piece) {
  boost::asio::io_context io(1);
  boost::asio::signal_set signals(io, SIGINT, SIGTERM, SIGHUP);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error) cluster.interrupt();
  });
  Result<Outcome> outcome = Error(Errc::disconnected, "interrupted");
  boost::asio::co_spawn(io, std::move(piece),
                        [&](const std::exception_ptr& thrown, Result<Outcome> run) {
                          io.stop();
                          if (thrown) std::rethrow_exception(thrown);
                          outcome = std::move(run);
                        });
  io.run();
  cluster.stop();
  return outcome;
}

}  // namespace tessera::tool::bench
