#pragma once

#include <tessera/net/asio/internal/strand.h>
#include <tessera/net/asio/tcp_options.h>
#include <tessera/primitives/random.h>

/// How long to wait after the n-th failure in a row: doubling up to a bound, and at random between
/// half of that and all of it, so that peers that failed together do not come back together.
/// A value; not shared between threads.
namespace tessera::net {

class Backoff {
 public:
  Backoff(const TcpTimes& times, Random random)
      : first_(times.backoff_first), max_(times.backoff_max), random_(random) {}

  struct Failures {
    unsigned count = 0;
  };
  /// Nothing for no failure.
  [[nodiscard]] SteadyClock::duration delay(Failures failures);

 private:
  SteadyClock::duration first_;
  SteadyClock::duration max_;
  Random random_;
};

}  // namespace tessera::net
