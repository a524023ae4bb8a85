#include <tessera/conformance/schedule.h>

#include <type_traits>

namespace tessera::sim {
namespace {

template <class Value>
std::int64_t to_number(const Value& value) {
  if constexpr (requires { value.count(); }) {
    return value.count();
  } else if constexpr (std::is_same_v<Value, Dice::Permille>) {
    return value.value;
  } else if constexpr (std::is_same_v<Value, LeadershipPreference>) {
    return value.observes() ? 0 : value.timeout_factor();
  } else {
    return static_cast<std::int64_t>(value);
  }
}

template <class Value>
void from_number(Value& value, std::int64_t number) {
  if constexpr (requires { value.count(); }) {
    value = Value(number);
  } else if constexpr (std::is_same_v<Value, Dice::Permille>) {
    value.value = static_cast<std::uint32_t>(number);
  } else if constexpr (std::is_same_v<Value, LeadershipPreference>) {
    const auto factor = static_cast<std::uint32_t>(number);
    value = factor == 0   ? LeadershipPreference::observer()
            : factor == 1 ? LeadershipPreference::normal()
                          : LeadershipPreference::reluctant(factor);
  } else {
    value = static_cast<Value>(number);
  }
}

/// `Access` gives the place in a swarm; it captures nothing.
template <class Access>
Setting setting(std::string_view name, Access /*access*/) {
  return {name,
          [](const Swarm& swarm) {
            Swarm copy = swarm;
            return to_number(Access{}(copy));
          },
          [](Swarm& swarm, std::int64_t value) { from_number(Access{}(swarm), value); }};
}

std::vector<Setting> of_the_run() {
  return {
      setting("seed", [](Swarm& s) -> decltype(auto) { return (s.seed); }),
      setting("nodes", [](Swarm& s) -> decltype(auto) { return (s.nodes); }),
      setting("strategy", [](Swarm& s) -> decltype(auto) { return (s.strategy); }),
      setting("founders", [](Swarm& s) -> decltype(auto) { return (s.founders); }),
      setting("joiners", [](Swarm& s) -> decltype(auto) { return (s.joiners); }),
      setting("operation-timeout-ns",
              [](Swarm& s) -> decltype(auto) { return (s.operation_timeout); }),
      setting("genesis-wait-ns", [](Swarm& s) -> decltype(auto) { return (s.genesis_wait); }),
      setting("recent-max", [](Swarm& s) -> decltype(auto) { return (s.recent_max); }),
      setting("timer-slack-ns", [](Swarm& s) -> decltype(auto) { return (s.timer_slack.most); }),
      setting("faulty-time-ns", [](Swarm& s) -> decltype(auto) { return (s.faulty_time); }),
      setting("faults-from-start",
              [](Swarm& s) -> decltype(auto) { return (s.faults_from_start); }),
      setting("minority-stays-dead",
              [](Swarm& s) -> decltype(auto) { return (s.minority_stays_dead); }),
      setting("may-sleep", [](Swarm& s) -> decltype(auto) { return (s.may_sleep); }),
      setting("network-pair-beat-ns",
              [](Swarm& s) -> decltype(auto) { return (s.network.pair_beat); }),
      setting("last-comes-late", [](Swarm& s) -> decltype(auto) { return (s.last_comes_late); }),
      setting("garbled-node", [](Swarm& s) -> decltype(auto) { return (s.garbled_node); }),
      setting("leader-goes-deaf", [](Swarm& s) -> decltype(auto) { return (s.leader_goes_deaf); }),
      setting("first-prefers", [](Swarm& s) -> decltype(auto) { return (s.first_prefers); }),
      setting("observers", [](Swarm& s) -> decltype(auto) { return (s.observers); }),
      setting("last-prefers", [](Swarm& s) -> decltype(auto) { return (s.last_prefers); }),
      setting("stewards-ns", [](Swarm& s) -> decltype(auto) { return (s.stewards.interval); }),
      setting("upkeep-ns", [](Swarm& s) -> decltype(auto) { return (s.stewards.upkeep); }),
      setting("client-sessions", [](Swarm& s) -> decltype(auto) { return (s.clients.sessions); }),
      setting("clock-rate-least",
              [](Swarm& s) -> decltype(auto) { return (s.faults.clock_rate.least); }),
      setting("clock-rate-most",
              [](Swarm& s) -> decltype(auto) { return (s.faults.clock_rate.most); }),
  };
}

std::vector<Setting> of_the_group() {
  return {
      setting("group-heartbeat-ms", [](Swarm& s) -> decltype(auto) { return (s.group.heartbeat); }),
      setting("group-election-timeout-ms",
              [](Swarm& s) -> decltype(auto) { return (s.group.election_timeout); }),
      setting("group-election-jitter-ms",
              [](Swarm& s) -> decltype(auto) { return (s.group.election_jitter); }),
      setting("group-inline-catch-up",
              [](Swarm& s) -> decltype(auto) { return (s.group.inline_catch_up); }),
      setting("group-stall-after-ms",
              [](Swarm& s) -> decltype(auto) { return (s.group.stall_after); }),
      setting("group-committee-target",
              [](Swarm& s) -> decltype(auto) { return (s.group.committee_target); }),
      setting("group-replace-after-ms",
              [](Swarm& s) -> decltype(auto) { return (s.group.replace_after); }),
      setting("group-forget-after-ms",
              [](Swarm& s) -> decltype(auto) { return (s.group.forget_after); }),
      setting("group-session-ttl-ms",
              [](Swarm& s) -> decltype(auto) { return (s.group.session_ttl); }),
      setting("group-sessions-max",
              [](Swarm& s) -> decltype(auto) { return (s.group.sessions_max); }),
      setting("group-session-bytes-max",
              [](Swarm& s) -> decltype(auto) { return (s.group.session_bytes_max); }),
      setting("group-scrub-interval-ms",
              [](Swarm& s) -> decltype(auto) { return (s.group.scrub_interval); }),
  };
}

std::vector<Setting> of_the_limits() {
  return {
      setting("limit-command", [](Swarm& s) -> decltype(auto) { return (s.limits.command_max); }),
      setting("limit-waiting", [](Swarm& s) -> decltype(auto) { return (s.limits.waiting_max); }),
      setting("limit-unanswered",
              [](Swarm& s) -> decltype(auto) { return (s.limits.unanswered_max); }),
      setting("limit-retention",
              [](Swarm& s) -> decltype(auto) { return (s.limits.retention_max); }),
      setting("limit-uncommitted",
              [](Swarm& s) -> decltype(auto) { return (s.limits.uncommitted_max); }),
      setting("limit-in-flight",
              [](Swarm& s) -> decltype(auto) { return (s.limits.in_flight_max); }),
      setting(
          "limit-in-flight-messages",
          [](Swarm & s) -> auto& { return s.limits.in_flight_messages_max; }),
      setting("limit-append", [](Swarm& s) -> decltype(auto) { return (s.limits.append_max); }),
      setting("limit-recent", [](Swarm& s) -> decltype(auto) { return (s.limits.recent_max); }),
      setting("limit-session-buffer",
              [](Swarm& s) -> decltype(auto) { return (s.limits.session_buffer_max); }),
      setting("limit-unsynced", [](Swarm& s) -> decltype(auto) { return (s.limits.unsynced_max); }),
      setting("limit-apply-batch",
              [](Swarm& s) -> decltype(auto) { return (s.limits.apply_batch_max); }),
      setting("limit-apply-read",
              [](Swarm& s) -> decltype(auto) { return (s.limits.apply_read_max); }),
  };
}

std::vector<Setting> of_network_and_disk() {
  return {
      setting("disk-latency-least-ns",
              [](Swarm& s) -> decltype(auto) { return (s.disk.latency.least); }),
      setting("disk-latency-ns", [](Swarm& s) -> decltype(auto) { return (s.disk.latency.most); }),
      setting("disk-writes-survive",
              [](Swarm& s) -> decltype(auto) { return (s.disk.writes_survive); }),
      setting("network-delay-least-ns",
              [](Swarm& s) -> decltype(auto) { return (s.network.delay.least); }),
      setting("network-delay-ns",
              [](Swarm& s) -> decltype(auto) { return (s.network.delay.most); }),
      setting("network-slow", [](Swarm& s) -> decltype(auto) { return (s.network.slow); }),
      setting("network-fifo", [](Swarm& s) -> decltype(auto) { return (s.network.fifo); }),
      setting("network-loss", [](Swarm& s) -> decltype(auto) { return (s.network.loss); }),
      setting("network-duplicate",
              [](Swarm& s) -> decltype(auto) { return (s.network.duplicate); }),
      setting("network-replay", [](Swarm& s) -> decltype(auto) { return (s.network.replay); }),
      setting("network-hold-blocked",
              [](Swarm& s) -> decltype(auto) { return (s.network.hold_blocked); }),
      setting("network-link-timeout-ns",
              [](Swarm& s) -> decltype(auto) { return (s.network.link_timeout); }),
  };
}

}  // namespace

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = [] {
    std::vector<Setting> joined;
    for (const auto& some :
         {of_the_run(), of_the_group(), of_the_limits(), of_network_and_disk()}) {
      joined.insert(joined.end(), some.begin(), some.end());
    }
    return joined;
  }();
  return all;
}

}  // namespace tessera::sim
