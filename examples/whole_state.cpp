// A strategy of one's own at work: three members keep a ledger, then a fourth joins and is handed
// the whole ledger in one message, as whole_state.h says. Everything in memory, in one process.

#include "ledger.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

constexpr int row_count = 1000;

tessera::Network open(boost::asio::io_context& io, std::vector<std::string> peers) {
  tessera::NetworkConfig config{"whole-state"};
  config.peers = std::move(peers);
  return {io.get_executor(), config};
}

tessera::Group<Ledger> join(const tessera::Network& network, const tessera::Genesis& genesis) {
  tessera::GroupSettings settings;
  settings.inline_catch_up = 4096;  // whoever lags by more bytes than these is synchronised
  return network.group(tessera::GroupKey::from("a shared secret"))
      .genesis(genesis)
      .settings(settings)
      .state_machine(Ledger{})
      .join();
}

boost::asio::awaitable<void> run(boost::asio::io_context& io) {
  const tessera::Network first = open(io, {});
  const std::vector<std::string> known = first.listen_addresses();
  const tessera::Network second = open(io, known);
  const tessera::Network third = open(io, known);
  const tessera::Genesis three = tessera::Genesis::expect(3);
  const auto ledger = join(first, three);
  const auto also = join(second, three);
  const auto too = join(third, three);
  co_await ledger.when().online();

  tessera::Cursor last;
  for (int row = 0; row < row_count; ++row) {
    const Ledger::Put put{std::to_string(row), "row " + std::to_string(row)};
    const auto applied = co_await ledger.execute(put);
    last = applied.position;
  }
  std::cout << "three members agree on " << row_count << " rows, the last at " << last << '\n';

  const tessera::Network fourth = open(io, known);
  const auto late = join(fourth, tessera::Genesis::join());
  co_await late.when().applied(last);
  const Ledger::Count count;
  const auto rows = co_await late.query(count, tessera::Consistency::strong);
  const auto status = late.status();
  std::cout << "the fourth holds " << rows.result << " rows; its log begins after " << status.base
            << ", for it never saw the entries before\n";
  if (rows.result != row_count) throw std::runtime_error("rows are missing");
}

}  // namespace

int main() {
  boost::asio::io_context io;
  int exit_code = EXIT_SUCCESS;
  boost::asio::co_spawn(io, run(io), [&](const std::exception_ptr& error) {
    io.stop();
    if (!error) return;
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& failure) {
      std::cerr << failure.what() << '\n';
      exit_code = EXIT_FAILURE;
    }
  });
  io.run();
  return exit_code;
}
