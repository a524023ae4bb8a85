#include <tessera/runtime/tool/bench/client_server.h>
#include <tessera/runtime/tool/bench/measured_groups.h>
#include <tessera/runtime/tool/bench/member_requests.h>
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

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

/// The run's steps, in order. What all of them share.
class Throughput : public std::enable_shared_from_this<Throughput> {
 public:
  Throughput(std::shared_ptr<Cluster> cluster, ThroughputPlan plan, ThroughputWatcher watcher)
      : cluster_(std::move(cluster)),
        plan_(std::move(plan)),
        watcher_(std::move(watcher)),
        groups_(cluster_, plan_.variant.groups,
                [this](const char* what, std::size_t done) { say_groups(what, done); }) {
    run_.variant = plan_.variant;
    run_.members.resize(cluster_->size());
  }

  asio::awaitable<Result<ThroughputRun>> run() {
    using StepOf = asio::awaitable<Result<void>> (Throughput::*)();
    const std::array<StepOf, 6> steps = {&Throughput::found,   &Throughput::idle,
                                         &Throughput::fill,    &Throughput::warm_up,
                                         &Throughput::measure, &Throughput::compare};
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

  void say_groups(const std::string& what, std::size_t done) const {
    ThroughputProgress progress;
    progress.what = what;
    progress.groups = done;
    progress.groups_total = groups_.count();
    say_progress(progress);
  }

  Step found() {
    const auto founded = co_await groups_.found();
    if (!founded) co_return founded.error();
    run_.founding_seconds = *founded;
    leaders_ = groups_.leaders();
    for (const Place leader : leaders_) ++run_.members[leader].groups_led;
    const auto most = std::max_element(run_.members.begin(), run_.members.end(),
                                       [](const MemberFigures& one, const MemberFigures& other) {
                                         return one.groups_led < other.groups_led;
                                       });
    most->leads = true;
    co_return co_await groups_.settle();
  }

  Step idle() {
    const double seconds = options().idle_seconds(groups_.count());
    if (seconds <= 0) co_return Result<void>{};
    const auto asleep = co_await groups_.fall_asleep();
    if (!asleep) co_return asleep.error();
    run_.asleep_seconds = *asleep;
    const auto figures = co_await groups_.idle(seconds);
    if (!figures) co_return figures.error();
    for (Place place = 0; place < figures->size(); ++place) {
      run_.members[place].idle = (*figures)[place];
    }
    co_return Result<void>{};
  }

  /// Reads want something to find.
  Step fill() {
    if (writes()) co_return Result<void>{};
    say_progress({"the group gets its state"});
    json fill = request("fill");
    fill["keys"] = options().keys;
    fill["value_bytes"] = plan_.variant.value_size;
    const auto filled = co_await cluster_->ask(leaders_.front(), std::move(fill));
    if (!filled) co_return filled.error();
    co_return co_await groups_.settle();
  }

  Step warm_up() {
    for (Place place = 0; place < cluster_->size(); ++place) {
      const ClientPlan plan = clients_at(place);
      if (plan.clients == 0) continue;
      json start = client_plan_json(plan);
      start["op"] = "clients";
      const auto started = co_await cluster_->ask(place, std::move(start));
      if (!started) co_return started.error();
      busy_.push_back(place);
    }
    const Stretch stretch{"warming up", options().warm_up};
    co_return co_await watch(stretch);
  }

  /// Where a client is.
  [[nodiscard]] Place place_of(std::size_t client) const {
    const Place leader = leaders_[client % leaders_.size()];
    if (plan_.variant.place == "leader") return leader;
    if (plan_.variant.place == "follower") return leader == 0 ? 1 : 0;
    return client % cluster_->size();
  }

  /// What the clients at `place` do: those of all that are there, spread over the groups.
  [[nodiscard]] ClientPlan clients_at(Place place) const {
    const std::size_t all = plan_.variant.clients;
    ClientPlan plan;
    plan.groups.clear();
    for (std::size_t client = 0; client < all; ++client) {
      if (place_of(client) == place) plan.groups.push_back(client % leaders_.size());
    }
    plan.clients = plan.groups.size();
    plan.rate = options().rate * static_cast<double>(plan.clients) / static_cast<double>(all);
    plan.keys = options().keys;
    plan.value_bytes = plan_.variant.value_size;
    plan.edition = place + 1;
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
    }
    const auto looked = co_await groups_.find_leaders();
    if (!looked) co_return looked.error();
    run_.leader_changed = !*looked || groups_.leaders() != leaders_;
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

  Step compare() {
    say_progress({"the states are compared"});
    auto digest = co_await groups_.compare();
    if (!digest) co_return digest.error();
    run_.digest = *std::move(digest);
    co_return Result<void>{};
  }

  std::shared_ptr<Cluster> cluster_;
  ThroughputPlan plan_;
  ThroughputWatcher watcher_;
  ThroughputRun run_;
  MeasuredGroups groups_;
  ClientReading reading_;       ///< the latest
  std::vector<Place> leaders_;  ///< of each group, at the start
  std::vector<Place> busy_;     ///< where the clients are
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
