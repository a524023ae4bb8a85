#include <tessera/conformance/apart.h>
#include <tessera/conformance/shrink.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace tessera::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// So many other seeds a smaller run is tried with.
constexpr std::uint64_t seeds_tried = 4;

/// What is no matter of defaults.
bool is_no_setting(std::string_view name) {
  return name == "seed" || name == "nodes" || name == "faulty-time-ns";
}

class Shrinker {
 public:
  Shrinker(const Schedule& schedule, std::string invariant, const ShrinkOptions& options)
      : best_{schedule, {}, 0},
        invariant_(std::move(invariant)),
        apart_(invariant_.starts_with(process_ended)),
        options_(options),
        until_(system_clock().now() + options.budget) {}

  Shrunk run() {
    // The run itself says how far into the plan it gets.
    if (!fails(best_.schedule)) return std::move(best_);
    cut_the_end();
    for (bool smaller = true; smaller && !out_of_time();) {
      smaller = drop_kinds();
      smaller |= drop_events();
      smaller |= simplify_calls();
      smaller |= reset_settings();
      smaller |= round_times();
      smaller |= cut_the_end();
    }
    return std::move(best_);
  }

 private:
  [[nodiscard]] bool out_of_time() const { return system_clock().now() >= until_; }

  /// Runs it once; keeps what is said if the same invariant speaks.
  bool fails(const Schedule& candidate) {
    // A group whose settings nobody may have proves nothing.
    if (!candidate.swarm.group.validate()) return false;
    ++best_.tried;
    const RunReport report = apart_ ? run_apart(candidate, options_.sabotage)
                                    : run_once(candidate, Trace::Detail::hash, options_.sabotage);
    if (!report.failure || report.invariant != invariant_) return false;
    best_.schedule = candidate;
    best_.failure = *report.failure;
    busy_for_ = report.busy_for;
    return true;
  }

  /// True, and the new best, if it fails with one of a few seeds.
  bool accept(Schedule candidate) {
    const std::uint64_t own = best_.schedule.swarm.seed;
    for (std::uint64_t luck = 0; luck <= seeds_tried && !out_of_time(); ++luck) {
      candidate.swarm.seed = luck == 0 ? own : luck;
      if (luck != 0 && luck == own) continue;
      if (fails(candidate)) return true;
    }
    return false;
  }

  /// What would have happened after the finding cannot be needed for it.
  bool cut_the_end() {
    Schedule shorter = best_.schedule;
    std::erase_if(shorter.plan, [this](const Event& event) { return event.at > busy_for_; });
    if (shorter.plan.size() == best_.schedule.plan.size()) return false;
    return accept(std::move(shorter));
  }

  bool drop_kinds() {
    bool smaller = false;
    for (std::size_t kind = 0; kind < std::variant_size_v<decltype(Event::what)>; ++kind) {
      Schedule without = best_.schedule;
      std::erase_if(without.plan, [&](const Event& event) { return event.what.index() == kind; });
      if (without.plan.size() == best_.schedule.plan.size()) continue;
      smaller |= accept(std::move(without));
    }
    return smaller;
  }

  /// Larger pieces first, down to single events.
  bool drop_events() {
    bool smaller = false;
    for (std::size_t piece = (best_.schedule.plan.size() + 1) / 2; piece > 0; piece /= 2) {
      for (std::size_t at = 0; at < best_.schedule.plan.size() && !out_of_time();) {
        Schedule without = best_.schedule;
        const auto begin = without.plan.begin() + static_cast<std::ptrdiff_t>(at);
        const std::size_t count = std::min(piece, without.plan.size() - at);
        without.plan.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
        if (accept(std::move(without))) {
          smaller = true;
        } else {
          at += piece;
        }
      }
    }
    return smaller;
  }

  /// A call is as plain as it can be.
  bool simplify_calls() {
    bool smaller = false;
    for (std::size_t at = 0; at < best_.schedule.plan.size() && !out_of_time(); ++at) {
      const auto* call = std::get_if<CallEvent>(&best_.schedule.plan[at].what);
      if (call == nullptr) continue;
      CallEvent plain;
      plain.kind = call->kind;
      plain.node = call->node;
      if (plain == *call) continue;
      Schedule simpler = best_.schedule;
      simpler.plan[at].what = plain;
      smaller |= accept(std::move(simpler));
    }
    return smaller;
  }

  bool reset_settings() {
    bool smaller = false;
    const Swarm plain;
    for (const Setting& setting : settings()) {
      if (is_no_setting(setting.name)) continue;
      if (setting.get(best_.schedule.swarm) == setting.get(plain)) continue;
      Schedule simpler = best_.schedule;
      setting.set(simpler.swarm, setting.get(plain));
      smaller |= accept(std::move(simpler));
    }
    // What comes after the last event is only waiting.
    Schedule shorter = best_.schedule;
    const Duration last = shorter.plan.empty() ? Duration{} : shorter.plan.back().at;
    shorter.swarm.faulty_time = std::chrono::ceil<seconds>(last + milliseconds{1});
    if (shorter.swarm.faulty_time < best_.schedule.swarm.faulty_time) {
      smaller |= accept(std::move(shorter));
    }
    return smaller;
  }

  static Duration rounded(Duration time, Duration unit) { return (time + unit / 2) / unit * unit; }

  static void round_event(Event& event, Duration unit) {
    event.at = rounded(event.at, unit);
    if (auto* fault = std::get_if<FaultEvent>(&event.what)) {
      fault->lasts = std::max(rounded(fault->lasts, unit), unit);
    }
    if (auto* call = std::get_if<CallEvent>(&event.what)) {
      if (call->cancelled) call->patience = rounded(call->patience, unit);
    }
  }

  bool round_times() {
    bool smaller = false;
    for (const Duration unit : {Duration{seconds{1}}, Duration{milliseconds{100}},
                                Duration{milliseconds{10}}, Duration{milliseconds{1}}}) {
      for (std::size_t at = 0; at < best_.schedule.plan.size() && !out_of_time(); ++at) {
        Schedule rounder = best_.schedule;
        round_event(rounder.plan[at], unit);
        if (rounder.plan[at] == best_.schedule.plan[at]) continue;
        std::stable_sort(rounder.plan.begin(), rounder.plan.end(),
                         [](const Event& left, const Event& right) { return left.at < right.at; });
        smaller |= accept(std::move(rounder));
      }
    }
    return smaller;
  }

  Shrunk best_;
  std::string invariant_;
  bool apart_;
  const ShrinkOptions& options_;
  TimePoint until_;
  Duration busy_for_{};
};

}  // namespace

Shrunk shrink(const Schedule& schedule, const std::string& invariant,
              const ShrinkOptions& options) {
  return Shrinker(schedule, invariant, options).run();
}

}  // namespace tessera::sim
