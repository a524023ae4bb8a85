#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>

#include <exception>

/// The one way the program starts a coroutine that nobody awaits.
namespace tessera::tool {

/// Starts `routine`, which keeps alive what it uses and ends when its socket closes. An exception
/// that leaves it is a bug and ends the program with its message.
inline void spawn(const boost::asio::any_io_executor& executor,
                  boost::asio::awaitable<void> routine) {
  boost::asio::co_spawn(executor, std::move(routine), [](const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
}

}  // namespace tessera::tool
