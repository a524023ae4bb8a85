#include <tessera/primitives/check.h>
#include <tessera/tessera.h>

#include <benchmark/benchmark.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

/// Whole groups in one process, over sockets on the loopback, with stores in memory: what a command
/// costs above the disk. Everything shares this machine's cores, so that each further member takes
/// its part of them. Compare figures of one run only, with --benchmark_enable_random_interleaving.
namespace {

using namespace tessera;
using boost::asio::use_future;
using Clock = std::chrono::steady_clock;

class Sum {
 public:
  struct Add {
    std::int64_t amount = 0;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(amount);
    }
  };
  using Command = Add;
  using Result = std::int64_t;
  using StateSync = LogReplay<Sum>;
  [[nodiscard]] UniqueId signature() const { return UniqueId::from("bench/sum/1"); }
  [[nodiscard]] StateSync state_sync() const { return {}; }
  Result apply(const Add& add, const ApplyContext&) { return sum_ += add.amount; }

 private:
  std::int64_t sum_ = 0;
};

class Cluster {
 public:
  struct Size {
    std::uint32_t writers = 2;
    std::uint32_t observers = 0;
  };
  explicit Cluster(Size size) : work_(boost::asio::make_work_guard(io_)) {
    for (int thread = 0; thread < 2; ++thread) {
      threads_.emplace_back([this] { io_.run(); });
    }
    for (std::uint32_t member = 0; member < size.writers + size.observers; ++member) {
      NetworkConfig config{"bench"};
      config.genesis_wait = std::chrono::milliseconds(0);
      if (member != 0) config.peers = networks_.front()->listen_addresses();
      networks_.push_back(std::make_unique<Network>(io_.get_executor(), config));
      const bool writes = member < size.writers;
      groups_.push_back(networks_.back()
                            ->group(GroupKey::from(UniqueId::from("bench").bytes()))
                            .genesis(writes ? Genesis::expect(size.writers) : Genesis::join())
                            .durability(Durability::memory)
                            .leadership(writes ? LeadershipPreference::normal()
                                               : LeadershipPreference::observer())
                            .state_machine(Sum())
                            .join());
    }
    for (const Group<Sum>& group : groups_) {
      group.when().online(use_future).get();
      group.when().members(size.writers + size.observers, use_future).get();
    }
  }
  ~Cluster() {
    groups_.clear();
    networks_.clear();
    work_.reset();
    io_.stop();
    for (std::thread& thread : threads_) thread.join();
  }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  [[nodiscard]] const Group<Sum>& member(std::size_t at) const { return groups_[at]; }

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
  std::vector<std::unique_ptr<Network>> networks_;
  std::vector<Group<Sum>> groups_;
};

/// Made once for each size and kept: a benchmark's function is called several times.
Cluster& cluster_of(const Cluster::Size& size) {
  static std::map<std::pair<std::uint32_t, std::uint32_t>, std::unique_ptr<Cluster>> made;
  auto& cluster = made[{size.writers, size.observers}];
  if (!cluster) cluster = std::make_unique<Cluster>(size);
  return *cluster;
}

/// One command at a time, of either writer in turn, beside so many observers.
void commit_latency(benchmark::State& state) {
  Cluster& cluster = cluster_of({2, static_cast<std::uint32_t>(state.range(0))});
  std::vector<double> micros;
  std::size_t turn = 0;
  for (auto _ : state) {
    const auto begun = Clock::now();
    cluster.member(turn++ % 2).execute(Sum::Add{1}, use_future).get();
    micros.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begun).count());
  }
  std::sort(micros.begin(), micros.end());
  state.counters["p50_us"] = micros[micros.size() / 2];
  state.counters["p99_us"] = micros[micros.size() * 99 / 100];
}
BENCHMARK(commit_latency)->ArgName("observers")->Arg(0)->Arg(10)->UseRealTime();

constexpr std::size_t in_flight = 256;

/// Many commands at once from the leader, in a client session: each runs exactly once.
void executed_in_session(benchmark::State& state) {
  const Group<Sum>& group = cluster_of({3, 0}).member(0);
  std::int64_t commands = 0;
  for (auto _ : state) {
    std::vector<std::future<Applied<Sum>>> batch;
    for (std::size_t at = 0; at < in_flight; ++at) {
      batch.push_back(group.execute(Sum::Add{1}, use_future));
    }
    for (auto& each : batch) each.get();
    commands += in_flight;
  }
  state.SetItemsProcessed(commands);
}
BENCHMARK(executed_in_session)->UseRealTime();

/// The same commands outside of every session, until the last one is applied here.
void fed_without_session(benchmark::State& state) {
  const Group<Sum>& group = cluster_of({3, 0}).member(0);
  std::int64_t commands = 0;
  for (auto _ : state) {
    std::vector<std::future<Cursor>> batch;
    for (std::size_t at = 0; at < in_flight; ++at) {
      batch.push_back(group.feed(Sum::Add{1}, use_future));
    }
    Cursor last;
    for (auto& each : batch) last = std::max(last, each.get());
    group.when().applied(last, use_future).get();
    commands += in_flight;
  }
  state.SetItemsProcessed(commands);
}
BENCHMARK(fed_without_session)->UseRealTime();

}  // namespace
