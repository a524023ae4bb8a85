#include <tessera/runtime/tool/bench/catchup_options.h>
#include <tessera/runtime/tool/bench/cell_table.h>
#include <tessera/runtime/tool/bench/strategies.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tessera::tool {
namespace {

constexpr std::size_t members_min = 3;  // with fewer, nobody could write while one is away
constexpr std::size_t members_max = 15;
constexpr std::size_t value_size_max = std::size_t{1} << 20U;
constexpr std::uint64_t batch_bytes_max = std::uint64_t{4} << 20U;
constexpr std::size_t repeat_max = 100;
constexpr double load_max = 1e6;
constexpr double delay_max = 1e4;  // milliseconds
constexpr std::size_t joiners_max = 50;

Error wrong(const std::string& what) { return {Errc::invalid_argument, what}; }

}  // namespace

std::uint64_t CatchUpOptions::puts() const {
  if (changed == 0) return entries;
  return static_cast<std::uint64_t>(std::llround(changed * static_cast<double>(state)));
}

Result<void> CatchUpOptions::validate() const {
  for (const std::string& each : strategies) {
    if (bench::strategy_named(each) == nullptr) {
      return wrong(fmt::format("--strategy: there is no \"{}\"; there are {}", each,
                               bench::strategy_names()));
    }
  }
  if (members < members_min || members > members_max) {
    return wrong(fmt::format("--members is {}; it must be from {} to {}", members, members_min,
                             members_max));
  }
  // With the one that comes back they must be a majority.
  const std::size_t sources_min = members / 2;
  if (sources != 0 && (sources < sources_min || sources > members - 1)) {
    return wrong(fmt::format("--sources is {}; of {} members it must be from {} to {}", sources,
                             members, sources_min, members - 1));
  }
  if (changed != 0 && (changed < 0 || changed > 1 || state == 0)) {
    return wrong("--changed is a share of --state, above 0 and up to 1");
  }
  if (puts() == 0 || std::max(puts(), state) >= bench::CellTable::keys_max) {
    return wrong("--entries, --state: nothing to catch up on, or more than fits");
  }
  if (value_size == 0 || value_size > value_size_max) {
    return wrong(
        fmt::format("--value-size is {}; it must be from 1 to {}", value_size, value_size_max));
  }
  if (batch == 0 || batch * value_size > batch_bytes_max) {
    return wrong(
        fmt::format("--batch is {}; it must be at least 1, and its values at most {} bytes", batch,
                    batch_bytes_max));
  }
  if (delay < 0 || delay > delay_max) return wrong("--delay must be from 0 to 10000");
  if (bandwidth < 0 || bulk_limit < 0) return wrong("--bandwidth, --bulk-limit: below 0");
  if (joiners > joiners_max) {
    return wrong(fmt::format("--joiners is {}; at most {}", joiners, joiners_max));
  }
  if (joiners != 0 && (state == 0 || load == 0 || changed != 0 || wipe || sources != 0)) {
    return wrong(
        "--joiners wants a --state and a --load, and no --changed, --wipe or --sources: they have "
        "nothing, and everybody serves them");
  }
  if (joiners == 0 && (joiners_yield || !joiners_folder.empty())) {
    return wrong("--joiners-yield, --joiners-folder: there are no --joiners");
  }
  if (repeat == 0 || repeat > repeat_max) return wrong("--repeat must be from 1 to 100");
  if (load < 0 || load > load_max) return wrong("--load must be from 0 to 1000000");
  return {};
}

}  // namespace tessera::tool
