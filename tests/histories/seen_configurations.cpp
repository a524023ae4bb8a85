#include "seen_configurations.h"

#include <algorithm>

namespace tessera::histories {
namespace {

/// SplitMix64: numbers in a row become numbers without a pattern.
std::uint64_t scattered(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15U;
  number = (number ^ (number >> 30U)) * 0xbf58476d1ce4e5b9U;
  number = (number ^ (number >> 27U)) * 0x94d049bb133111ebU;
  return number ^ (number >> 31U);
}

/// What the allocator and a half-empty table add to a configuration.
constexpr std::size_t overhead = 80;

}  // namespace

void Fingerprint::toggle(std::uint64_t number) {
  low_ ^= scattered(2 * number);
  high_ ^= scattered(2 * number + 1);
}

bool SeenConfigurations::insert(const Fingerprint& completed_and_state,
                                const PendingSteps& happened) {
  std::vector<PendingSteps>& known = seen_[completed_and_state];
  for (const PendingSteps& fewer : known) {
    if (std::includes(happened.begin(), happened.end(), fewer.begin(), fewer.end())) return false;
  }
  known.push_back(happened);
  ++size_;
  bytes_ += sizeof(PendingSteps) + happened.size() * sizeof(happened[0]) + overhead;
  return true;
}

}  // namespace tessera::histories
