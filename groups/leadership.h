#pragma once

#include <cstdint>

/// How much a member wants to lead. Its own option, no part of the group id.
namespace tessera {

class LeadershipPreference {
 public:
  /// Leads when it is elected. The default.
  [[nodiscard]] static LeadershipPreference normal() { return LeadershipPreference(1); }
  /// Waits `factor` times as long before it campaigns, and hands leadership on to a voter that
  /// does not mind; 2 to 100, others are brought into these bounds.
  [[nodiscard]] static LeadershipPreference reluctant(std::uint32_t factor);
  /// Never leads and never votes of its own accord: it is not made a voter, and where it is one it
  /// asks to be released.
  [[nodiscard]] static LeadershipPreference observer() { return LeadershipPreference(0); }

  [[nodiscard]] bool observes() const { return factor_ == 0; }
  /// What the election timeout is multiplied by; 1 unless reluctant.
  [[nodiscard]] std::uint32_t timeout_factor() const { return observes() ? 1 : factor_; }

  LeadershipPreference() = default;
  bool operator==(const LeadershipPreference&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(factor_);
  }

 private:
  explicit LeadershipPreference(std::uint32_t factor) : factor_(factor) {}

  std::uint32_t factor_ = 1;  ///< 0: observes
};

inline LeadershipPreference LeadershipPreference::reluctant(std::uint32_t factor) {
  constexpr std::uint32_t least = 2;
  constexpr std::uint32_t most = 100;
  return LeadershipPreference(factor < least ? least : factor > most ? most : factor);
}

}  // namespace tessera
