#include <tessera/runtime/tool/bench/failover.h>
#include <tessera/runtime/tool/bench/measured_groups.h>
#include <tessera/runtime/tool/bench/member_requests.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <utility>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);

double seconds(std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e9; }

/// As the members tell the time: of this machine's steady clock, in nanoseconds.
std::int64_t now() {
  const auto since = Clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

class Failover : public std::enable_shared_from_this<Failover> {
 public:
  Failover(std::shared_ptr<Cluster> cluster, FailoverOptions options, FailoverWatcher watcher)
      : cluster_(std::move(cluster)),
        options_(std::move(options)),
        watcher_(std::move(watcher)),
        groups_(cluster_, 1, [](const char*, std::size_t) {}) {}

  asio::awaitable<Result<FailoverRun>> run() {
    watcher_("the members found a group");
    const auto founded = co_await groups_.found();
    if (!founded) co_return founded.error();
    for (std::size_t round = 0; round < options_.repeat; ++round) {
      for (const std::string& way : options_.ways) {
        watcher_(fmt::format("{}, {} of {}", way, round + 1, options_.repeat));
        const auto done = co_await play(way);
        if (!done) co_return done.error();
      }
    }
    watcher_("the states are compared");
    auto digest = co_await groups_.compare();
    if (!digest) co_return digest.error();
    run_.digest = *std::move(digest);
    co_return run_;
  }

 private:
  using Step = asio::awaitable<Result<void>>;

  /// What became of the leader, and since when.
  struct Departure {
    std::int64_t began = 0;  ///< when it was told, or killed
    std::int64_t gone = 0;   ///< writes begun before may still be its own
    std::uint64_t term = 0;  ///< its last
  };

  /// One leader goes, and comes back as a follower.
  Step play(const std::string& way) {
    const Place leader = groups_.leaders().front();
    // The one that writes is not the one that a leader hands over to.
    const Place follower = (leader + 1) % cluster_->size();
    const auto written = co_await write_at(follower);
    if (!written) co_return written;
    const auto status = co_await cluster_->ask(leader, request("status"));
    if (!status) co_return status.error();
    departure_ = {};
    departure_.term = status->at("term");
    const auto gone = co_await depart(way, leader);
    if (!gone) co_return gone;
    const auto noted = co_await note(way, follower);
    if (!noted) co_return noted;
    if (!cluster_->runs(leader)) {
      const auto started = co_await cluster_->start(leader);
      if (!started) co_return started;
    }
    const auto together = co_await groups_.come_together();
    if (!together) co_return together;
    co_return co_await groups_.settle();
  }

  Step write_at(Place place) {
    json stream = request("stream");
    stream["rate"] = options_.rate;
    stream["value_bytes"] = options_.value_size;
    const auto started = co_await cluster_->ask(place, std::move(stream));
    if (!started) co_return started.error();
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    const std::chrono::duration<double> warm_up(options_.warm_up);
    timer.expires_after(std::chrono::duration_cast<Clock::duration>(warm_up));
    co_await timer.async_wait(completion);
    // There is a stream to be interrupted.
    json any = first_after(Departure());
    const auto flows = co_await cluster_->ask(place, std::move(any));
    if (!flows) co_return flows.error().within("before the leader goes");
    co_return Result<void>{};
  }

  [[nodiscard]] static json first_after(const Departure& departure) {
    json asked = request("first_after");
    asked["at"] = departure.gone;
    asked["term"] = departure.term;
    return asked;
  }

  Step depart(const std::string& way, Place leader) {
    departure_.began = departure_.gone = now();
    if (way == "kill") {
      cluster_->kill(leader);
      departure_.gone = now();
      co_return Result<void>{};
    }
    if (way == "close") co_return co_await cluster_->close(leader);
    const Place successor = (leader + 2) % cluster_->size();
    const auto status = co_await cluster_->ask(successor, request("status"));
    if (!status) co_return status.error();
    json transfer = request("transfer");
    transfer["peer"] = status->at("peer");
    departure_.began = departure_.gone = now();
    const auto transferred = co_await cluster_->ask(leader, std::move(transfer));
    if (!transferred) co_return transferred.error();
    co_return Result<void>{};
  }

  Step note(const std::string& way, Place follower) {
    const auto first = co_await cluster_->ask(follower, first_after(departure_));
    if (!first) co_return first.error().within(fmt::format("after \"{}\"", way));
    json stop = request("stop_stream");
    stop["at"] = departure_.began;
    const auto stopped = co_await cluster_->ask(follower, std::move(stop));
    if (!stopped) co_return stopped.error();
    run_.heartbeat = first->at("heartbeat");
    run_.election_timeout = first->at("election_timeout");
    FailoverRound round;
    round.way = way;
    round.resumed = seconds(first->at("ended").get<std::int64_t>() - departure_.began);
    round.longest = stopped->at("longest");
    round.written = stopped->at("written");
    round.failed = stopped->at("failed");
    round.missed = stopped->at("missed");
    round.problem = stopped->at("problem");
    run_.rounds.push_back(std::move(round));
    co_return Result<void>{};
  }

  std::shared_ptr<Cluster> cluster_;
  FailoverOptions options_;
  FailoverWatcher watcher_;
  MeasuredGroups groups_;
  FailoverRun run_;
  Departure departure_;
};

}  // namespace

asio::awaitable<Result<FailoverRun>> measure_failover(std::shared_ptr<Cluster> cluster,
                                                      FailoverOptions options,
                                                      FailoverWatcher watcher) {
  const auto run =
      std::make_shared<Failover>(std::move(cluster), std::move(options), std::move(watcher));
  co_return co_await run->run();
}

}  // namespace tessera::tool::bench
