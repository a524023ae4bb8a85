// The same calls without coroutines: with callbacks on the threads of the io_context, and with
// futures from a thread that may block. Uses the replicated map that comes with the library.

#include <tessera/tessera.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <future>
#include <iostream>
#include <string>
#include <thread>

namespace {

using Stock = tessera::Map<std::string, std::uint64_t>;

// Each step begins the next: a callback gets an error code and the value.
void count_apples(const Stock& stock, std::promise<void>& done) {
  stock.insert("apples", 3, [stock, &done](boost::system::error_code error, const auto& inserted) {
    if (error) {
      std::cerr << "not inserted: " << tessera::explain(error) << '\n';
      done.set_value();
      return;
    }
    std::cout << "apples at " << inserted.position << '\n';
    // This one gives up after a second.
    const auto reported = [&done](boost::system::error_code late, const auto& exchanged) {
      if (late) std::cerr << "not exchanged: " << tessera::explain(late) << '\n';
      if (!late && exchanged.result.done) std::cout << "one apple more\n";
      done.set_value();
    };
    stock.compare_exchange("apples", 3, 4, tessera::within(std::chrono::seconds(1), reported));
  });
}

// On a thread of its own: a future's get() waits, and throws boost::system::system_error.
void count_pears(const Stock& stock) {
  stock.when().online(boost::asio::use_future).get();
  const auto inserted = stock.insert("pears", 7, boost::asio::use_future).get();
  std::cout << "pears at " << inserted.position << '\n';

  std::promise<void> done;
  count_apples(stock, done);
  done.get_future().wait();

  for (const auto& [fruit, count] : stock.snapshot()) {
    std::cout << fruit << ": " << count << '\n';
  }
  stock.group().close(boost::asio::use_future).get();
}

}  // namespace

int main() {
  boost::asio::io_context io;
  const auto work = boost::asio::make_work_guard(io);
  std::thread worker([&io] { io.run(); });
  int exit_code = EXIT_SUCCESS;
  try {
    const tessera::Network network{io.get_executor(), tessera::NetworkConfig{"stock"}};
    count_pears(network.map<std::string, std::uint64_t>("fruit", tessera::Genesis::expect(1)));
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    exit_code = EXIT_FAILURE;
  }
  io.stop();
  worker.join();
  return exit_code;
}
