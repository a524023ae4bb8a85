#include <tessera/conformance/trace.h>

#include <array>
#include <cstdio>

namespace tessera::sim {

void Trace::line(TimePoint now, std::string text) {
  if (!wants_text()) return;
  std::array<char, 32> stamp{};
  const double seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
  std::snprintf(stamp.data(), stamp.size(), "%11.6f ", seconds);
  text.insert(0, stamp.data());
  if (detail_ == Detail::all) std::printf("%s\n", text.c_str());
  tail_.push_back(std::move(text));
  if (tail_.size() > tail_max) tail_.pop_front();
}

}  // namespace tessera::sim
