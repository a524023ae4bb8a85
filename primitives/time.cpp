#include <tessera/primitives/time.h>

namespace tessera {
namespace {

class SteadyClock final : public Clock {
 public:
  TimePoint now() const override {
    return TimePoint{
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
  }
};

}  // namespace

const Clock& system_clock() {
  static const SteadyClock clock;
  return clock;
}

}  // namespace tessera
