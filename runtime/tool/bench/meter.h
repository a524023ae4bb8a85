#pragma once

#include <tessera/primitives/metrics.h>

#include <atomic>
#include <cstdint>

/// What a process has taken from its machine.
namespace tessera::tool::bench {

/// Counts the bytes that the links carried, sealed and with all that belongs to them. A sink for
/// the network's metrics, callable from any thread.
class WireMeter final : public Metrics {
 public:
  void add(Series series, double amount) override;
  void set(Series, double) override {}
  void observe(Series, double) override {}

  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t received() const { return received_; }

 private:
  std::atomic<std::uint64_t> sent_ = 0;
  std::atomic<std::uint64_t> received_ = 0;
};

/// Processor time of this process since it began, all threads, user and system.
[[nodiscard]] double cpu_seconds();
/// Memory that is resident now.
[[nodiscard]] std::uint64_t memory_bytes();
/// The most memory that was resident since the start, or since the last call of `forget_peak`.
[[nodiscard]] std::uint64_t peak_memory_bytes();
void forget_peak_memory();

}  // namespace tessera::tool::bench
