#include <tessera/groups/settings.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace tessera {
namespace {

using Milliseconds = GroupSettings::Milliseconds;

constexpr Milliseconds heartbeat_min{1};
constexpr Milliseconds heartbeat_max{60'000};
constexpr Milliseconds timeout_max{600'000};
constexpr Milliseconds stall_min{1};
constexpr Milliseconds stall_max{86'400'000};
constexpr Milliseconds silence_max{366 * 86'400'000LL};
/// A follower that missed fewer heartbeats than this may just have a slow link.
constexpr int heartbeats_missed_min = 5;
constexpr std::uint32_t committee_max = 31;
constexpr std::uint64_t inline_catch_up_max = 64U << 20U;
constexpr std::uint64_t result_max_least = 256;
constexpr std::uint64_t result_max_most = 64U << 20U;
constexpr std::uint64_t sessions_most = 65'536;
constexpr std::uint64_t session_bytes_most = 64U << 20U;
static_assert(heartbeat_max * heartbeats_missed_min <= timeout_max);

struct Bounded {
  std::string_view field;
  Milliseconds value;
  Milliseconds least;
  Milliseconds most;
};

Error out_of_bounds(std::string_view field, const std::string& value, const std::string& bounds) {
  return {Errc::invalid_argument,
          "the group setting '" + std::string(field) + "' is " + value + "; it must be " + bounds};
}

std::string text(Milliseconds duration) { return std::to_string(duration.count()) + " ms"; }

}  // namespace

Result<void> GroupSettings::validate() const {
  // The bounds of the timeout follow from the heartbeat, which is therefore checked first.
  const std::array<Bounded, 8> durations{{
      {"heartbeat", heartbeat, heartbeat_min, heartbeat_max},
      {"election_timeout", election_timeout,
       std::clamp(heartbeat, heartbeat_min, heartbeat_max) * heartbeats_missed_min, timeout_max},
      {"election_jitter", election_jitter, Milliseconds{1}, timeout_max},
      {"stall_after", stall_after, stall_min, stall_max},
      {"replace_after", replace_after, stall_min, stall_max},
      {"forget_after", forget_after, stall_min, silence_max},
      {"session_ttl", session_ttl, stall_min, stall_max},
      {"scrub_interval", scrub_interval, Milliseconds{0}, silence_max},
  }};
  for (const Bounded& each : durations) {
    if (each.value < each.least || each.value > each.most) {
      return out_of_bounds(each.field, text(each.value),
                           "from " + text(each.least) + " to " + text(each.most));
    }
  }
  if (inline_catch_up > inline_catch_up_max) {
    return out_of_bounds("inline_catch_up", std::to_string(inline_catch_up) + " bytes",
                         "at most " + std::to_string(inline_catch_up_max) + " bytes");
  }
  if (result_max < result_max_least || result_max > result_max_most) {
    return out_of_bounds("result_max", std::to_string(result_max) + " bytes",
                         "from " + std::to_string(result_max_least) + " to " +
                             std::to_string(result_max_most) + " bytes");
  }
  if (committee_target < 1 || committee_target > committee_max) {
    return out_of_bounds("committee_target", std::to_string(committee_target),
                         "from 1 to " + std::to_string(committee_max));
  }
  if (sessions_max < 1 || sessions_max > sessions_most) {
    return out_of_bounds("sessions_max", std::to_string(sessions_max),
                         "from 1 to " + std::to_string(sessions_most));
  }
  if (session_bytes_max > session_bytes_most) {
    return out_of_bounds("session_bytes_max", std::to_string(session_bytes_max) + " bytes",
                         "at most " + std::to_string(session_bytes_most) + " bytes");
  }
  if (durability != Durability::memory && durability != Durability::fsync) {
    return out_of_bounds("durability", std::to_string(static_cast<int>(durability)),
                         "memory or fsync");
  }
  return {};
}

}  // namespace tessera
