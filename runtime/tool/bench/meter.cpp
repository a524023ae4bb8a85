#include <tessera/runtime/tool/bench/meter.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/resource.h>

namespace tessera::tool::bench {
namespace {

/// A line of what the system says of this process, in bytes; 0 if there is none.
std::uint64_t memory_line(std::string_view name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name))
      return std::strtoull(line.c_str() + name.size(), nullptr, 10) * 1024;
  }
  return 0;
}

}  // namespace

void WireMeter::add(Series series, double amount) {
  if (series.name == "tessera_net_sent_bytes_total") {
    sent_ += static_cast<std::uint64_t>(amount);
  } else if (series.name == "tessera_net_received_bytes_total") {
    received_ += static_cast<std::uint64_t>(amount);
  }
}

double cpu_seconds() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t memory_bytes() { return memory_line("VmRSS:"); }

// Not ru_maxrss: that one cannot be set back.
std::uint64_t peak_memory_bytes() { return memory_line("VmHWM:"); }

void forget_peak_memory() {
  // "5" sets the peak back to what is resident now; see proc(5).
  std::ofstream("/proc/self/clear_refs") << "5";
}

}  // namespace tessera::tool::bench
