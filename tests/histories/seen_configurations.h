#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

/// Which configurations a search has met.
namespace tessera::histories {

/// A set of steps as 128 bits: two sets that come up in one search have the same by chance alone,
/// and with so many bits that does not happen.
class Fingerprint {
 public:
  /// Puts `number` into the set, or takes it out again.
  void toggle(std::uint64_t number);

  bool operator==(const Fingerprint&) const = default;
  [[nodiscard]] std::size_t hash() const { return low_; }

 private:
  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
};

/// Of one search. A configuration is what must happen and has, what the key holds, and which
/// pending steps have happened.
///
/// One that differs from an earlier one only in that more pending steps have happened leads nowhere
/// that the earlier one does not lead: whatever may follow may follow there.
class SeenConfigurations {
 public:
  using PendingSteps = std::vector<std::uint32_t>;  ///< in the order of their numbers

  /// False if this one or one that leads as far was there before.
  bool insert(const Fingerprint& completed_and_state, const PendingSteps& happened);

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Memory in use, roughly.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(const Fingerprint& each) const { return each.hash(); }
  };
  boost::unordered_flat_map<Fingerprint, std::vector<PendingSteps>, Hash> seen_;
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace tessera::histories
