#pragma once

#include <tessera/primitives/time.h>

#include <cstdint>
#include <deque>
#include <string>

/// What happened in a run: always as a hash, and as lines of text when somebody will read them.
///
/// Owned by the world. Two runs of one seed must give the same hash.
namespace tessera::sim {

class Trace {
 public:
  enum class Detail : std::uint8_t {
    hash,  ///< only the hash
    tail,  ///< the last lines too
    all,   ///< every line goes to standard output
  };
  explicit Trace(Detail detail) : detail_(detail) {}

  void mix(std::uint64_t word) {
    hash_ = (hash_ ^ word) * 0x9e3779b97f4a7c15ULL;
    hash_ ^= hash_ >> 29U;
  }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }

  /// True if `line` is worth composing.
  [[nodiscard]] bool wants_text() const { return detail_ != Detail::hash; }
  void line(TimePoint now, std::string text);
  [[nodiscard]] const std::deque<std::string>& tail() const { return tail_; }

 private:
  static constexpr std::size_t tail_max = 400;
  Detail detail_;
  std::uint64_t hash_ = 0x6a09e667f3bcc908ULL;
  std::deque<std::string> tail_;
};

}  // namespace tessera::sim
