#include <tessera/tessera.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>

// What is replicated: plain C++, no base class. Commands and queries are any cereal-serialisable type.
class Counter {
 public:
  struct Add {
    std::int64_t amount = 0;
    template <class Archive> void serialize(Archive& archive) { archive(amount); }
  };
  struct Get {
    template <class Archive> void serialize(Archive&) {}
  };

  using Command = Add;
  using Result = std::int64_t;        // what apply() returns; reaches whoever executed the command
  using Query = Get;
  using QueryResult = std::int64_t;
  using StateSync = tessera::LogReplay<Counter>;

  // Identifies the machine and its settings. Enters the group id: members that differ never meet.
  tessera::UniqueId signature() const { return tessera::UniqueId::from("examples/counter/1"); }
  StateSync state_sync() const { return {}; }

  // Must be deterministic. Time and position come from the context, never from outside.
  Result apply(const Add& add, const tessera::ApplyContext&) { return value_ += add.amount; }
  QueryResult query(const Get&) const { return value_; }

 private:
  std::int64_t value_ = 0;
};

boost::asio::awaitable<void> run(tessera::Network& network) {
  auto group = network.group(tessera::GroupKey::from("a shared secret"))
                   .genesis(tessera::Genesis::expect(1))     // how many founders the group waits for; default 3
                   .state_machine(Counter{})
                   .join();
  co_await group.when().online();

  Counter::Add add{5};                                // named first: g++ 12 (see Conventions)
  Counter::Get get;
  auto applied = co_await group.execute(add);
  auto read = co_await group.query(get, tessera::Consistency::strong);
  std::cout << "added at " << applied.position << ", value " << read.result << '\n';   // 5; 10 when run again: it is durable
  co_await group.close();
}

int main() {
  boost::asio::io_context io;
  tessera::NetworkConfig config{"quickstart"};
  config.data_dir = "quickstart-data";
  tessera::Network network{io.get_executor(), config};
  boost::asio::co_spawn(io, run(network), [&](std::exception_ptr error) {
    io.stop();
    if (error) std::rethrow_exception(error);
  });
  io.run();
}
