#pragma once

#include <memory>
#include <string_view>

/// Numbers about what the library does. The service decides where they go.
namespace tessera {

/// A sink for measurements. Called from any of the library's threads: implementations must be
/// safe to call concurrently and must not block. Names follow Prometheus' conventions
/// (`tessera_commands_applied_total`); `label` tells series of one name apart ("group=1a2b3c").
class Metrics {
 public:
  struct Series {
    std::string_view name;
    std::string_view label = {};
  };

  virtual ~Metrics() = default;
  /// Adds `amount` to a counter.
  virtual void add(Series series, double amount) = 0;
  /// Sets a gauge.
  virtual void set(Series series, double value) = 0;
  /// Records one observation (seconds or bytes) in a histogram.
  virtual void observe(Series series, double value) = 0;
};

/// A sink that drops everything.
[[nodiscard]] std::shared_ptr<Metrics> no_metrics();

}  // namespace tessera
