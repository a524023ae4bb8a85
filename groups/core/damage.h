#pragma once

#include <tessera/primitives/ids.h>

#include <cstdint>
#include <string>

/// What was found of a group in the store and fails its checks (docs/decisions/0109).
///
/// A value; kept by the store beside the group's data, from the moment it is found on. Data that
/// was written after it says so in its founding record, by the number; all other data is the one
/// that failed, or is older, and nobody acts on it any more.
namespace tessera::core {

struct Damage {
  std::uint64_t number = 0;  ///< drawn when it was found; never zero
  std::string reason;        ///< what failed: group and index in words
  /// Which founding the data belonged to, if that could still be read and something may have been
  /// committed there; none otherwise.
  GenesisId genesis;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(number, reason, genesis);
  }
};

}  // namespace tessera::core
