#include <tessera/runtime/tool/bench/failover_options.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tessera::tool {
namespace {

constexpr std::size_t members_max = 15;
constexpr std::size_t repeat_max = 1000;
constexpr double rate_max = 20'000;
constexpr std::size_t value_size_max = std::size_t{64} << 10U;
constexpr double warm_up_max = 60;
constexpr std::array<std::string_view, 3> known_ways = {"kill", "transfer", "close"};

Error wrong(const std::string& what) { return {Errc::invalid_argument, what}; }

}  // namespace

Result<void> FailoverOptions::validate() const {
  if (members < 3 || members > members_max) {
    return wrong(
        fmt::format("--members is {}; it must be from 3 to {}: without one of fewer, no "
                    "majority is left",
                    members, members_max));
  }
  for (const std::string& way : ways) {
    if (std::find(known_ways.begin(), known_ways.end(), way) != known_ways.end()) continue;
    return wrong(
        fmt::format("--how: there is no \"{}\"; there are {}", way, fmt::join(known_ways, ", ")));
  }
  if (repeat == 0 || repeat > repeat_max) {
    return wrong(fmt::format("--repeat is {}; it must be from 1 to {}", repeat, repeat_max));
  }
  if (!(rate >= 1) || rate > rate_max) return wrong("--rate must be from 1 to 20000");
  if (value_size == 0 || value_size > value_size_max) {
    return wrong(
        fmt::format("--value-size is {}; it must be from 1 to {}", value_size, value_size_max));
  }
  if (!(warm_up >= 0) || warm_up > warm_up_max) return wrong("--warm-up must be from 0 to 60");
  return {};
}

}  // namespace tessera::tool
