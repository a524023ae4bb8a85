#include <tessera/runtime/tool/bench/cell_table.h>
#include <tessera/runtime/tool/bench/throughput_options.h>

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace tessera::tool {
namespace {

constexpr std::size_t members_max = 15;
constexpr std::size_t groups_max = 10'000;
constexpr std::size_t clients_max = 4096;
constexpr std::size_t own_sessions_max = 1000;  // a group keeps 1024 client sessions
constexpr std::size_t value_size_max = std::size_t{1} << 20U;
constexpr std::uint64_t state_max = std::uint64_t{1} << 30U;
constexpr std::size_t repeat_max = 100;
constexpr double rate_max = 1e6;
constexpr double seconds_max = 3600;

Error wrong(const std::string& what) { return {Errc::invalid_argument, what}; }

Result<void> check_words(const char* option, const std::vector<std::string>& words,
                         std::initializer_list<std::string_view> known) {
  for (const std::string& word : words) {
    if (std::find(known.begin(), known.end(), word) != known.end()) continue;
    return wrong(
        fmt::format("{}: there is no \"{}\"; there are {}", option, word, fmt::join(known, ", ")));
  }
  return {};
}

}  // namespace

Result<void> ThroughputOptions::validate() const {
  if (auto known = check_words("--at", places, {"leader", "follower", "spread"}); !known) {
    return known;
  }
  if (auto known = check_words("--consistency", consistencies, {"strong", "weak"}); !known) {
    return known;
  }
  if (auto known = check_words("--store", stores, {"fsync", "memory"}); !known) return known;
  if (members == 0 || members > members_max) {
    return wrong(fmt::format("--members is {}; it must be from 1 to {}", members, members_max));
  }
  for (const std::size_t each : groups) {
    if (each != 0 && each <= groups_max) continue;
    return wrong(fmt::format("--groups has {}; each must be from 1 to {}", each, groups_max));
  }
  if (members == 1 && std::find(places.begin(), places.end(), "follower") != places.end()) {
    return wrong("--at follower: a group of one member has none");
  }
  const std::size_t most = own_sessions ? own_sessions_max : clients_max;
  for (const std::size_t each : clients) {
    if (each != 0 && each <= most) continue;
    return wrong(fmt::format("--clients has {}; each must be from 1 to {}", each, most));
  }
  for (const std::size_t each : value_sizes) {
    if (each == 0 || each > value_size_max) {
      return wrong(
          fmt::format("--value-size has {}; each must be from 1 to {}", each, value_size_max));
    }
    if (keys == 0 || keys > state_max / each) {
      return wrong(fmt::format("--keys is {}; with values of {} bytes it must be from 1 to {}",
                               keys, each, state_max / each));
    }
  }
  if (rate < 0 || rate > rate_max) return wrong("--rate must be from 0 to 1000000");
  if (!(seconds > 0) || seconds > seconds_max)
    return wrong("--seconds must be above 0, up to 3600");
  if (!(warm_up >= 0) || warm_up > seconds_max) return wrong("--warm-up must be from 0 to 3600");
  if (idle && (!(*idle >= 0) || *idle > seconds_max)) {
    return wrong("--idle must be from 0 to 3600");
  }
  if (repeat == 0 || repeat > repeat_max) return wrong("--repeat must be from 1 to 100");
  return {};
}

std::string ThroughputVariant::name() const {
  std::string name =
      fmt::format("{} client{}, {} B, {}", clients, clients == 1 ? "" : "s", value_size, place);
  if (!consistency.empty()) name += ", " + consistency;
  name += ", " + store;
  if (groups != 1) name += fmt::format(", {} groups", groups);
  if (plain) name += ", NOT encrypted";
  return name;
}

std::vector<ThroughputVariant> variants(const ThroughputOptions& options) {
  const bool writes = options.work == ThroughputOptions::Work::write;
  const std::vector<std::string> only = {""};
  std::vector<ThroughputVariant> all;
  for (const std::size_t clients : options.clients) {
    for (const std::size_t value_size : options.value_sizes) {
      for (const std::string& place : options.places) {
        for (const std::string& consistency : writes ? only : options.consistencies) {
          for (const std::string& store : options.stores) {
            for (const std::size_t groups : options.groups) {
              all.push_back(
                  {clients, value_size, place, consistency, store, groups, options.plain});
            }
          }
        }
      }
    }
  }
  return all;
}

}  // namespace tessera::tool
