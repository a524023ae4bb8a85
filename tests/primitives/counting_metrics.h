#pragma once

#include <tessera/primitives/metrics.h>

#include <map>
#include <mutex>
#include <string>

namespace tessera::test {

/// Counts what is reported, by name.
class CountingMetrics final : public Metrics {
 public:
  void add(Series series, double amount) override {
    const std::lock_guard lock(mutex_);
    sums_[std::string(series.name)] += amount;
  }
  void set(Series, double) override {}
  void observe(Series, double) override {}
  [[nodiscard]] double sum(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return sums_[name];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, double> sums_;
};

}  // namespace tessera::test
