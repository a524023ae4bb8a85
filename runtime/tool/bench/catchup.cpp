#include <tessera/runtime/tool/bench/catchup.h>
#include <tessera/runtime/tool/bench/filler.h>
#include <tessera/runtime/tool/bench/member_requests.h>
#include <tessera/runtime/tool/bench/strategies.h>
#include <tessera/runtime/tool/bench/write_plan.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds tick{10};
/// The load runs so long before the member comes back, to compare with.
constexpr std::chrono::milliseconds quiet_time{1500};
/// A member that applies nothing and gets next to nothing for so long has hung.
constexpr std::chrono::minutes stall_patience{2};
/// What links carry in a tick when nothing happens, and more.
constexpr std::uint64_t wire_idle = 4096;
constexpr std::uint64_t edition_before = 1;
constexpr std::uint64_t edition_away = 2;

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

/// The catch-up's steps, in order. What all of them share.
class CatchUp : public std::enable_shared_from_this<CatchUp> {
 public:
  CatchUp(std::shared_ptr<Cluster> cluster, CatchUpPlan plan, Watcher watcher)
      : cluster_(std::move(cluster)), plan_(std::move(plan)), watcher_(std::move(watcher)) {
    const StrategyRow& row = *strategy_named(plan_.strategy);
    run_.strategy = plan_.strategy;
    run_.moves = row.moves;
    prunes_ = row.prunes;
    run_.puts = options().puts();
    run_.bytes = bytes_to_get();
  }

  asio::awaitable<Result<CatchUpRun>> run() {
    using StepOf = asio::awaitable<Result<void>> (CatchUp::*)();
    const std::array<StepOf, 6> steps = {&CatchUp::found,        &CatchUp::write_state,
                                         &CatchUp::write_behind, &CatchUp::watch_quiet,
                                         &CatchUp::come_back,    &CatchUp::compare};
    for (const StepOf step : steps) {
      const auto done = co_await (this->*step)();
      if (!done) co_return done.error();
    }
    co_return run_;
  }

 private:
  using Step = asio::awaitable<Result<void>>;

  [[nodiscard]] const CatchUpOptions& options() const { return plan_.options; }
  [[nodiscard]] std::uint64_t cells() const {
    return options().state == 0 ? options().entries : options().state;
  }

  [[nodiscard]] std::uint64_t bytes_to_get() const {
    std::uint64_t values = options().puts();
    if (options().wipe) values += options().state;
    // Of a state, the last value of each cell.
    if (run_.moves == StrategyRow::Moves::parts) values = std::min(values, cells());
    return values * options().value_size;
  }

  void say_progress(const std::string& what, Share share = {}) {
    if (what != step_) {
      step_ = what;
      step_began_ = Clock::now();
    }
    if (watcher_) watcher_({what, share.done, share.total, seconds_since(step_began_)});
  }

  Step found() {
    say_progress("the members found a group");
    for (Place place = 0; place < cluster_->size(); ++place) {
      const auto started = co_await cluster_->start(place);
      if (!started) co_return started;
    }
    const auto leader = co_await cluster_->leader();
    if (!leader) co_return leader.error();
    leader_ = *leader;
    // The last one that does not lead.
    away_ = leader_ == cluster_->size() - 1 ? leader_ - 1 : cluster_->size() - 1;
    co_return Result<void>{};
  }

  Step write_state() {
    if (options().state == 0) co_return Result<void>{};
    WritePlan plan;
    plan.count = plan.keys = options().state;
    plan.edition = edition_before;
    plan.value_bytes = options().value_size;
    FillPlan filling{plan, options().batch, false};
    // Of the state only what it is now counts, unless it is the log that is moved.
    filling.made = run_.moves == StrategyRow::Moves::parts;
    co_return co_await write("the group gets its state", filling);
  }

  Step write_behind() {
    cluster_->kill(away_);
    if (options().wipe) {
      if (auto wiped = cluster_->wipe(away_); !wiped) co_return wiped;
    }
    WritePlan plan;
    plan.count = run_.puts;
    plan.keys = cells();
    plan.edition = edition_away;
    plan.value_bytes = options().value_size;
    const auto began = Clock::now();
    const FillPlan filling{plan, options().batch, false};
    const auto written = co_await write("one member is away, the others write", filling);
    run_.fill_seconds = fill_ended_ - std::chrono::duration<double>(began - begin_).count();
    co_return written;
  }

  /// Puts all of `plan`; afterwards every member that runs has applied it, and stored it if the
  /// strategy wants that.
  Step write(std::string what, FillPlan plan) {
    const auto began_at = co_await applied(leader_);
    if (!began_at) co_return began_at.error();
    const auto executor = co_await asio::this_coro::executor;
    const auto self = shared_from_this();
    filled_.reset();
    spawn(executor, fill(self, plan));
    asio::steady_timer timer(executor);
    while (!filled_) {
      const auto now = co_await applied(leader_);
      if (now) say_progress(what, {*now - *began_at, plan.commands()});
      timer.expires_after(tick * 5);
      co_await timer.async_wait(completion);
    }
    if (!*filled_) co_return filled_->error();
    fill_ended_ = std::chrono::duration<double>(Clock::now() - begin_).count();
    co_return co_await settle();
  }

  static asio::awaitable<void> fill(std::shared_ptr<CatchUp> self, FillPlan plan) {
    json filling = request("fill", plan.writes);
    filling["puts_in_one"] = plan.puts_in_one;
    filling["made"] = plan.made;
    self->filled_ = co_await self->cluster_->ask(self->leader_, std::move(filling));
  }

  /// Notes when the lagging member has applied everything up to `target`.
  static asio::awaitable<void> await_target(std::shared_ptr<CatchUp> self, std::uint64_t target,
                                            Clock::time_point began) {
    const auto there = co_await self->cluster_->ask(self->away_, request_reached(target));
    if (there) self->run_.applied = seconds_since(began);
  }

  asio::awaitable<Result<std::uint64_t>> applied(Place place) {
    const auto status = co_await cluster_->ask(place, request("status"));
    if (!status) co_return status.error();
    co_return status->at("applied_index").get<std::uint64_t>();
  }

  /// Everybody who runs has what the leader has; and has stored it.
  Step settle() {
    const auto target = co_await applied(leader_);
    if (!target) co_return target.error();
    for (Place place = 0; place < cluster_->size(); ++place) {
      if (!cluster_->runs(place)) continue;
      const auto there = co_await cluster_->ask(place, request_reached(*target));
      if (!there) co_return there.error();
      if (!prunes_) continue;
      say_progress("the members store their state", {place + 1, cluster_->size()});
      const auto stored = co_await cluster_->ask(place, request("store"));
      if (!stored) co_return stored.error();
    }
    co_return Result<void>{};
  }

  Step watch_quiet() {
    if (options().load == 0) co_return Result<void>{};
    say_progress("the leader serves clients");
    json load = request_load(options(), cells());
    const auto started = co_await cluster_->ask(leader_, std::move(load));
    if (!started) co_return started.error();
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, quiet_time);
    co_await timer.async_wait(completion);
    const auto reading = co_await cluster_->ask(leader_, request("reading"));
    if (!reading) co_return reading.error();
    run_.quiet = figures_of(*reading);
    co_return Result<void>{};
  }

  /// Stops all but as many as are to serve; the leader goes on.
  void keep_sources() {
    std::size_t running = cluster_->size() - 1;
    const std::size_t wanted = options().sources == 0 ? running : options().sources;
    for (Place place = 0; place < cluster_->size() && running > wanted; ++place) {
      if (place == leader_ || !cluster_->runs(place)) continue;
      cluster_->kill(place);
      --running;
    }
  }

  Step come_back() {
    keep_sources();
    struct Before {
      Place place = 0;
      EndFigures figures;
      std::uint64_t served = 0;
    };
    std::vector<Before> before;
    for (Place place = 0; place < cluster_->size(); ++place) {
      if (!cluster_->runs(place)) continue;
      const auto forgot = co_await cluster_->ask(place, request("forget_peak"));
      if (!forgot) co_return forgot.error();
      const auto status = co_await cluster_->ask(place, request("status"));
      if (!status) co_return status.error();
      before.push_back({place, end_of(*status), served_of(*status)});
    }
    const auto target = co_await applied(leader_);
    if (!target) co_return target.error();
    const auto watched = co_await watch_joiner(*target);
    if (!watched) co_return watched;
    for (const auto& [place, was, served] : before) {
      const auto status = co_await cluster_->ask(place, request("status"));
      if (!status) co_return status.error();
      EndFigures now = end_of(*status);
      now.rest_memory = was.rest_memory;
      run_.sources.cpu_seconds += now.cpu_seconds - was.cpu_seconds;
      run_.sources.wire_sent += now.wire_sent - was.wire_sent;
      run_.sources.wire_received += now.wire_received - was.wire_received;
      if (CatchUpRun::above_rest(now) > CatchUpRun::above_rest(run_.sources)) {
        run_.sources.peak_memory = now.peak_memory;
        run_.sources.rest_memory = now.rest_memory;
      }
      run_.served += served_of(*status) - served;
    }
    co_return co_await read_load();
  }

  Step watch_joiner(std::uint64_t target) {
    const auto began = Clock::now();
    const auto started = co_await cluster_->start(away_);
    if (!started) co_return started;
    run_.answered = seconds_since(began);
    const auto executor = co_await asio::this_coro::executor;
    const auto self = shared_from_this();
    spawn(executor, await_target(self, target, began));
    asio::steady_timer timer(executor);
    while (run_.applied == 0 || run_.votes == 0) {
      const auto status = co_await cluster_->ask(away_, request("status"));
      if (!status) co_return status.error();
      note(*status, began, target);
      if (Clock::now() - advanced_ > stall_patience) {
        co_return Error(Errc::timed_out, "the member that catches up gets on no more");
      }
      timer.expires_after(tick);
      co_await timer.async_wait(completion);
    }
    const auto status = co_await cluster_->ask(away_, request("status"));
    if (!status) co_return status.error();
    conclude(*status);
    co_return Result<void>{};
  }

  void note(const json& status, Clock::time_point began, std::uint64_t target) {
    CatchUpSample sample;
    sample.at = seconds_since(began);
    sample.applied = status.at("applied_index");
    sample.wire_received = status.at("wire_received");
    if (run_.samples.empty()) first_applied_ = sample.applied;
    const bool advances = run_.samples.empty() || sample.applied > run_.samples.back().applied ||
                          sample.wire_received > run_.samples.back().wire_received + wire_idle;
    if (advances) advanced_ = Clock::now();
    const bool online = status.at("online").get<bool>() && sample.applied >= target;
    if (run_.votes == 0 && online && status.at("votes").get<bool>()) run_.votes = sample.at;
    run_.samples.push_back(sample);
    const std::string step = "the member catches up";
    const json& sync = status.at("sync");
    if (!sync.is_null() && sync.at("bytes_total").get<std::uint64_t>() != 0) {
      say_progress(step, {sync.at("bytes_done"), sync.at("bytes_total")});
    } else {
      const std::uint64_t from = std::min(first_applied_, target);
      const std::uint64_t done = std::min(sample.applied, target) - std::min(from, sample.applied);
      say_progress(step, {done, target - from});
    }
  }

  void conclude(const json& status) {
    run_.joiner = end_of(status);
    run_.sessions = status.at("sync_totals").at("sessions");
    const json& last = status.at("last_sync");
    if (last.is_null()) return;
    run_.session_seconds = last.at("seconds");
    for (const auto& [peer, bytes] : last.at("received").items()) {
      run_.from_sources.push_back(bytes.get<std::uint64_t>());
    }
    std::sort(run_.from_sources.rbegin(), run_.from_sources.rend());
  }

  Step read_load() {
    const auto leader = co_await cluster_->leader();
    if (!leader) co_return leader.error();
    run_.leader_changed = *leader != leader_;
    if (options().load == 0) co_return Result<void>{};
    const auto reading = co_await cluster_->ask(leader_, request("reading"));
    if (!reading) co_return reading.error();
    run_.meanwhile = figures_of(*reading);
    const auto stopped = co_await cluster_->ask(leader_, request_no_load());
    if (!stopped) co_return stopped.error();
    co_return Result<void>{};
  }

  /// Puts may still be under way: the two are compared at one position, once there is one.
  Step compare() {
    say_progress("the states are compared");
    prunes_ = false;
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    for (int tries = 0; tries < compare_tries_max; ++tries) {
      const auto settled = co_await settle();
      if (!settled) co_return settled;
      const auto ours = co_await cluster_->ask(away_, request("look"));
      if (!ours) co_return ours.error();
      const auto theirs = co_await cluster_->ask(leader_, request("look"));
      if (!theirs) co_return theirs.error();
      if (ours->at("digest") == theirs->at("digest")) {
        run_.digest = ours->at("digest");
        co_return Result<void>{};
      }
      timer.expires_after(tick * 20);
      co_await timer.async_wait(completion);
    }
    co_return Error(Errc::damaged, "the member that caught up holds another state than the leader");
  }

  static constexpr int compare_tries_max = 20;

  std::shared_ptr<Cluster> cluster_;
  CatchUpPlan plan_;
  Watcher watcher_;
  CatchUpRun run_;
  bool prunes_ = false;
  Place leader_ = 0;
  Place away_ = 0;
  const Clock::time_point begin_ = Clock::now();
  std::optional<Result<json>> filled_;  ///< how the fill that runs has ended
  double fill_ended_ = 0;               ///< since `begin_`
  std::uint64_t first_applied_ = 0;
  Clock::time_point advanced_ = begin_;
  std::string step_;
  Clock::time_point step_began_ = begin_;
};

}  // namespace

asio::awaitable<Result<CatchUpRun>> catch_up(std::shared_ptr<Cluster> cluster, CatchUpPlan plan,
                                             Watcher watcher) {
  const auto run =
      std::make_shared<CatchUp>(std::move(cluster), std::move(plan), std::move(watcher));
  co_return co_await run->run();
}

}  // namespace tessera::tool::bench
