#include <tessera/runtime/tool/bench/client_server.h>
#include <tessera/runtime/tool/bench/throughput.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds tick{200};
constexpr int compare_tries_max = 50;

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

json request(const char* op) { return json{{"op", op}}; }

/// The run's steps, in order. What all of them share.
class Throughput : public std::enable_shared_from_this<Throughput> {
 public:
  Throughput(std::shared_ptr<Cluster> cluster, ThroughputPlan plan, ThroughputWatcher watcher)
      : cluster_(std::move(cluster)), plan_(std::move(plan)), watcher_(std::move(watcher)) {
    run_.variant = plan_.variant;
    run_.members.resize(cluster_->size());
  }

  asio::awaitable<Result<ThroughputRun>> run() {
    using StepOf = asio::awaitable<Result<void>> (Throughput::*)();
    const std::array<StepOf, 5> steps = {&Throughput::found, &Throughput::fill,
                                         &Throughput::warm_up, &Throughput::measure,
                                         &Throughput::compare};
    for (const StepOf step : steps) {
      const auto done = co_await (this->*step)();
      if (!done) co_return done.error();
    }
    co_return run_;
  }

 private:
  using Step = asio::awaitable<Result<void>>;

  /// A time in which the clients are watched.
  struct Stretch {
    const char* what;
    double seconds;
  };

  [[nodiscard]] const ThroughputOptions& options() const { return plan_.options; }
  [[nodiscard]] bool writes() const { return options().work == ThroughputOptions::Work::write; }

  void say_progress(const ThroughputProgress& progress) const {
    if (watcher_) watcher_(progress);
  }

  Step found() {
    say_progress({"the members found a group"});
    for (Place place = 0; place < cluster_->size(); ++place) {
      const auto started = co_await cluster_->start(place);
      if (!started) co_return started;
    }
    const auto leader = co_await cluster_->leader();
    if (!leader) co_return leader.error();
    leader_ = *leader;
    run_.members[leader_].leads = true;
    const auto settled = co_await settle();
    if (!settled) co_return settled;
    for (Place place = 0; place < cluster_->size(); ++place) {
      const bool follows = place != leader_;
      const std::string& wanted = plan_.variant.place;
      if (wanted == "spread" || follows == (wanted == "follower")) places_.push_back(place);
    }
    if (plan_.variant.place == "follower") places_.resize(1);
    co_return Result<void>{};
  }

  /// Reads want something to find.
  Step fill() {
    if (writes()) co_return Result<void>{};
    say_progress({"the group gets its state"});
    json fill = request("fill");
    fill["keys"] = options().keys;
    fill["value_bytes"] = plan_.variant.value_size;
    const auto filled = co_await cluster_->ask(leader_, std::move(fill));
    if (!filled) co_return filled.error();
    co_return co_await settle();
  }

  Step warm_up() {
    for (std::size_t at = 0; at < places_.size(); ++at) {
      const ClientPlan plan = clients_at(at);
      if (plan.clients == 0) continue;
      json start = client_plan_json(plan);
      start["op"] = "clients";
      const auto started = co_await cluster_->ask(places_[at], std::move(start));
      if (!started) co_return started.error();
      busy_.push_back(places_[at]);
    }
    const Stretch stretch{"warming up", options().warm_up};
    co_return co_await watch(stretch);
  }

  /// The share of the clients at the place number `at`.
  [[nodiscard]] ClientPlan clients_at(std::size_t at) const {
    const std::size_t all = plan_.variant.clients;
    ClientPlan plan;
    plan.clients = all / places_.size() + (at < all % places_.size() ? 1 : 0);
    plan.rate = options().rate * static_cast<double>(plan.clients) / static_cast<double>(all);
    plan.keys = options().keys;
    plan.value_bytes = plan_.variant.value_size;
    plan.edition = at + 1;
    plan.own_sessions = options().own_sessions;
    if (!writes()) {
      const bool strong = plan_.variant.consistency == "strong";
      plan.work = strong ? ClientPlan::Work::read_strong : ClientPlan::Work::read_weak;
    }
    return plan;
  }

  Step measure() {
    std::vector<json> before;
    for (Place place = 0; place < cluster_->size(); ++place) {
      const auto forgot = co_await cluster_->ask(place, request("forget_peak"));
      if (!forgot) co_return forgot.error();
      const auto status = co_await cluster_->ask(place, request("status"));
      if (!status) co_return status.error();
      before.push_back(*status);
    }
    const auto discarded = co_await read();
    if (!discarded) co_return discarded;
    run_.samples.clear();
    const Stretch stretch{writes() ? "writing" : "reading", options().seconds};
    const auto watched = co_await watch(stretch);
    if (!watched) co_return watched;
    for (Place place = 0; place < cluster_->size(); ++place) {
      const auto status = co_await cluster_->ask(place, request("status"));
      if (!status) co_return status.error();
      MemberFigures& figures = run_.members[place];
      const auto grown = [&](const char* field) {
        return status->at(field).get<double>() - before[place].at(field).get<double>();
      };
      figures.cpu_seconds = grown("cpu_seconds");
      figures.wire_sent = static_cast<std::uint64_t>(grown("wire_sent"));
      figures.peak_memory = status->at("peak_memory");
      const bool leads = status->at("role") == "leader";
      if (leads != figures.leads) run_.leader_changed = true;
    }
    for (const Place place : busy_) {
      const auto stopped = co_await cluster_->ask(place, request("stop"));
      if (!stopped) co_return stopped.error();
    }
    if (run_.latency.count() == 0) {
      co_return Error(Errc::timed_out, "no call succeeded: " + run_.problem);
    }
    run_.rate = static_cast<double>(run_.latency.count()) / run_.seconds;
    co_return Result<void>{};
  }

  /// Reads what the clients do for a stretch; what they did is in `run_` afterwards.
  Step watch(Stretch stretch) {
    run_.latency = Histogram();
    run_.failed = run_.overdue = 0;
    run_.seconds = 0;
    const auto began = Clock::now();
    for (auto next = began + tick; seconds_since(began) < stretch.seconds; next += tick) {
      const auto done = co_await read_at(next);
      if (!done) co_return done;
      note(seconds_since(began));
      const ThroughputSample& last = run_.samples.back();
      say_progress({stretch.what, last.at, stretch.seconds, last.rate, last.p99});
    }
    co_return Result<void>{};
  }

  Step read_at(Clock::time_point when) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, when);
    co_await timer.async_wait(completion);
    co_return co_await read();
  }

  void note(double at) {
    const ClientReading& reading = reading_;
    run_.latency.add(reading.latency);
    run_.failed += reading.failed;
    if (!reading.problem.empty()) run_.problem = reading.problem;
    run_.overdue = reading.overdue;
    run_.seconds += reading.seconds;
    ThroughputSample sample;
    sample.at = at;
    sample.rate = static_cast<double>(reading.latency.count()) / std::max(reading.seconds, 1e-9);
    sample.p99 = std::chrono::duration<double>(reading.latency.percentile(0.99)).count();
    run_.samples.push_back(sample);
  }

  /// What the clients of all places did since the last time. Not returned: it is large, and g++
  /// takes exception to large frames of coroutines.
  Step read() {
    reading_ = {};
    for (const Place place : busy_) {
      const auto answer = co_await cluster_->ask(place, request("reading"));
      if (!answer) co_return answer.error();
      add(*answer);
    }
    co_return Result<void>{};
  }

  void add(const json& answer) {
    const ClientReading one = client_reading_of(answer);
    reading_.latency.add(one.latency);
    reading_.failed += one.failed;
    reading_.overdue += one.overdue;
    if (!one.problem.empty()) reading_.problem = one.problem;
    reading_.seconds += one.seconds / static_cast<double>(busy_.size());
  }

  /// Everybody has what the leader has.
  Step settle() {
    const auto status = co_await cluster_->ask(leader_, request("status"));
    if (!status) co_return status.error();
    for (Place place = 0; place < cluster_->size(); ++place) {
      json reached = request("reached");
      reached["index"] = status->at("last_index");
      const auto there = co_await cluster_->ask(place, std::move(reached));
      if (!there) co_return there.error();
    }
    co_return Result<void>{};
  }

  /// Calls may still be under way: the states are compared at one position, once there is one.
  Step compare() {
    say_progress({"the states are compared"});
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    for (int tries = 0; tries < compare_tries_max; ++tries) {
      const auto settled = co_await settle();
      if (!settled) co_return settled;
      std::vector<json> looks;
      for (Place place = 0; place < cluster_->size(); ++place) {
        const auto look = co_await cluster_->ask(place, request("look"));
        if (!look) co_return look.error();
        looks.push_back(*look);
      }
      const auto differs = [&](const json& look) {
        return look.at("digest") != looks.front().at("digest") ||
               look.at("index") != looks.front().at("index");
      };
      if (std::none_of(looks.begin(), looks.end(), differs)) {
        run_.digest = looks.front().at("digest");
        co_return Result<void>{};
      }
      timer.expires_after(tick);
      co_await timer.async_wait(completion);
    }
    co_return Error(Errc::damaged, "the members' states differ");
  }

  std::shared_ptr<Cluster> cluster_;
  ThroughputPlan plan_;
  ThroughputWatcher watcher_;
  ThroughputRun run_;
  ClientReading reading_;  ///< the latest
  Place leader_ = 0;
  std::vector<Place> places_;  ///< where the clients are to be
  std::vector<Place> busy_;    ///< where they are
};

}  // namespace

asio::awaitable<Result<ThroughputRun>> measure_throughput(std::shared_ptr<Cluster> cluster,
                                                          ThroughputPlan plan,
                                                          ThroughputWatcher watcher) {
  const auto run =
      std::make_shared<Throughput>(std::move(cluster), std::move(plan), std::move(watcher));
  co_return co_await run->run();
}

}  // namespace tessera::tool::bench
