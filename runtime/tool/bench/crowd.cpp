#include <tessera/runtime/tool/bench/crowd.h>
#include <tessera/runtime/tool/bench/member_requests.h>
#include <tessera/runtime/tool/bench/strategies.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds tick{20};
/// The first measurement has no crowd yet whose time it could take.
constexpr std::chrono::seconds quiet_first{10};
/// Connections and caches of the load are warm after so long.
constexpr std::chrono::milliseconds warm_up{1000};
constexpr std::chrono::minutes patience{20};

class Crowd : public std::enable_shared_from_this<Crowd> {
 public:
  Crowd(std::shared_ptr<Cluster> cluster, CatchUpPlan plan, Watcher watcher)
      : cluster_(std::move(cluster)), plan_(std::move(plan)), watcher_(std::move(watcher)) {
    run_.strategy = plan_.strategy;
  }

  asio::awaitable<Result<CrowdRun>> run() {
    if (const auto begun = co_await begin(); !begun) co_return begun.error();
    for (std::size_t round = 0; round < plan_.options.repeat; ++round) {
      CrowdRound& figures = run_.rounds.emplace_back();
      if (const auto alone = co_await measure_alone(figures); !alone) co_return alone.error();
      if (const auto joined = co_await join(figures); !joined) co_return joined.error();
      if (const auto left = co_await leave(); !left) co_return left.error();
    }
    co_return run_;
  }

 private:
  using Step = asio::awaitable<Result<void>>;

  void say_progress(const std::string& what, Share share = {}) {
    if (what != step_) {
      step_ = what;
      step_began_ = Clock::now();
    }
    const std::chrono::duration<double> since = Clock::now() - step_began_;
    if (watcher_) watcher_({what, share.done, share.total, since.count()});
  }

  /// A group with its state, stored by all, and a load on it.
  Step begin() {
    say_progress("the members found a group");
    for (Place place = 0; place < cluster_->founders(); ++place) {
      const auto started = co_await cluster_->start(place);
      if (!started) co_return started;
    }
    const auto leader = co_await cluster_->leader();
    if (!leader) co_return leader.error();
    leader_ = *leader;
    say_progress("the group gets its state");
    WritePlan state;
    state.count = state.keys = plan_.options.state;
    state.edition = 1;
    state.value_bytes = plan_.options.value_size;
    json filling = request("fill", state);
    filling["made"] = strategy_named(plan_.strategy)->moves == StrategyRow::Moves::parts;
    const auto filled = co_await cluster_->ask(leader_, std::move(filling));
    if (!filled) co_return filled.error();
    const auto target = co_await applied(leader_);
    if (!target) co_return target.error();
    for (Place place = 0; place < cluster_->founders(); ++place) {
      const auto there = co_await cluster_->ask(place, request_reached(*target));
      if (!there) co_return there.error();
      if (!strategy_named(plan_.strategy)->prunes) continue;
      const auto stored = co_await cluster_->ask(place, request("store"));
      if (!stored) co_return stored.error();
    }
    const auto loaded =
        co_await cluster_->ask(leader_, request_load(plan_.options, plan_.options.state));
    if (!loaded) co_return loaded.error();
    co_return Result<void>{};
  }

  asio::awaitable<Result<std::uint64_t>> applied(Place place) {
    const auto status = co_await cluster_->ask(place, request("status"));
    if (!status) co_return status.error();
    co_return status->at("applied_index").get<std::uint64_t>();
  }

  Step pause(Clock::duration time) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, time);
    co_await timer.async_wait(completion);
    co_return Result<void>{};
  }

  Step read_into(LoadFigures& figures) {
    const auto reading = co_await cluster_->ask(leader_, request("reading"));
    if (!reading) co_return reading.error();
    figures = figures_of(*reading);
    co_return Result<void>{};
  }

  /// For as long as the crowd took last time, so that both see as much of the machine's moods.
  Step measure_alone(CrowdRound& round) {
    say_progress("the group serves its clients");
    if (const auto paused = co_await pause(warm_up); !paused) co_return paused;
    if (const auto read = co_await read_into(round.quiet); !read) co_return read;
    const auto time = std::chrono::duration_cast<Clock::duration>(last_took_);
    if (const auto paused = co_await pause(time); !paused) co_return paused;
    co_return co_await read_into(round.quiet);
  }

  asio::awaitable<Result<std::pair<double, std::uint64_t>>> spent_by_sources() {
    std::pair<double, std::uint64_t> spent;
    for (Place place = 0; place < cluster_->founders(); ++place) {
      const auto status = co_await cluster_->ask(place, request("status"));
      if (!status) co_return status.error();
      spent.first += end_of(*status).cpu_seconds;
      spent.second += served_of(*status);
    }
    co_return spent;
  }

  Step join(CrowdRound& round) {
    say_progress("new members catch up");
    const auto before = co_await spent_by_sources();
    if (!before) co_return before.error();
    const auto target = co_await applied(leader_);
    if (!target) co_return target.error();
    const auto executor = co_await asio::this_coro::executor;
    const auto began = Clock::now();
    done_ = 0;
    failure_.reset();
    const std::size_t joiners = cluster_->size() - cluster_->founders();
    for (Place place = cluster_->founders(); place < cluster_->size(); ++place) {
      spawn(executor, bring(shared_from_this(), place, *target));
    }
    asio::steady_timer timer(executor);
    while (done_ < joiners && !failure_) {
      if (Clock::now() - began > patience) {
        co_return Error(Errc::timed_out, "the new members do not catch up");
      }
      timer.expires_after(tick);
      co_await timer.async_wait(completion);
      say_progress("new members catch up", {done_, joiners});
    }
    if (failure_) co_return *failure_;
    last_took_ = Clock::now() - began;
    round.seconds = last_took_.count();
    if (const auto read = co_await read_into(round.meanwhile); !read) co_return read;
    const auto after = co_await spent_by_sources();
    if (!after) co_return after.error();
    round.sources_cpu_seconds = after->first - before->first;
    round.served = after->second - before->second;
    const auto leader = co_await cluster_->leader();
    if (leader && *leader != leader_) {
      co_return Error(Errc::not_allowed, "another member leads: what was measured means nothing");
    }
    co_return Result<void>{};
  }

  static asio::awaitable<void> bring(std::shared_ptr<Crowd> self, Place place,
                                     std::uint64_t target) {
    const auto started = co_await self->cluster_->start(place);
    if (!started) {
      self->failure_ = started.error();
      co_return;
    }
    const auto there = co_await self->cluster_->ask(place, request_reached(target));
    if (!there) self->failure_ = there.error();
    ++self->done_;
  }

  Step leave() {
    for (Place place = cluster_->founders(); place < cluster_->size(); ++place) {
      cluster_->kill(place);
      if (auto wiped = cluster_->wipe(place); !wiped) co_return wiped;
    }
    co_return Result<void>{};
  }

  std::shared_ptr<Cluster> cluster_;
  CatchUpPlan plan_;
  Watcher watcher_;
  CrowdRun run_;
  Place leader_ = 0;
  std::size_t done_ = 0;
  std::optional<Error> failure_;
  std::chrono::duration<double> last_took_ = quiet_first;
  std::string step_;
  Clock::time_point step_began_ = Clock::now();
};

}  // namespace

asio::awaitable<Result<CrowdRun>> crowd(std::shared_ptr<Cluster> cluster, CatchUpPlan plan,
                                        Watcher watcher) {
  const auto run = std::make_shared<Crowd>(std::move(cluster), std::move(plan), std::move(watcher));
  co_return co_await run->run();
}

}  // namespace tessera::tool::bench
