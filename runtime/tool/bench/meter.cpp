#include <tessera/runtime/tool/bench/meter.h>

#include <fstream>
#include <string>
#include <sys/resource.h>

namespace tessera::tool::bench {

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

std::uint64_t peak_memory_bytes() {
  // Not ru_maxrss: that one cannot be set back.
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("VmHWM:")) continue;
    return std::strtoull(line.c_str() + 6, nullptr, 10) * 1024;
  }
  return 0;
}

void forget_peak_memory() {
  // "5" sets the peak back to what is resident now; see proc(5).
  std::ofstream("/proc/self/clear_refs") << "5";
}

}  // namespace tessera::tool::bench
