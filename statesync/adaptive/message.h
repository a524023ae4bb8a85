#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/statesync/sync_gap.h>

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

/// What sessions and providers of the adaptive strategy say to each other. Plain values.
namespace tessera::adaptive {

/// Session to everybody: what would each part cost? One gap for each part, in their order.
struct Ask {
  std::vector<SyncGap> gaps;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(gaps);
  }
};

/// What one part would cost at one member.
struct Estimate {
  bool known = false;                  ///< the part can say what it costs
  std::optional<std::uint64_t> bytes;  ///< if it can: nothing if it cannot serve
  template <class Archive>
  void serialize(Archive& archive) {
    archive(known, bytes);
  }
};

/// The answer to `Ask`: for each part, in their order.
struct Offer {
  std::vector<Estimate> estimates;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(estimates);
  }
};

/// A message of one of the parts, encoded.
struct Inner {
  std::uint8_t part = 0;
  Bytes message;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(part, message);
  }
};

using Message = std::variant<Ask, Offer, Inner>;

}  // namespace tessera::adaptive
