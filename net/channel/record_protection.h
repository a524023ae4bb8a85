#pragma once

#include <cstdint>

/// Whether what a connection carries behind its handshake is sealed.
namespace tessera::net {

/// Both ends state theirs in the greeting and bind it into the handshake: ends that differ never
/// complete one, and nobody on the way can turn one into the other.
enum class RecordProtection : std::uint8_t {
  sealed = 0,
  /// The peers prove who they are, and from then on anybody on the way can read and change what
  /// they say. For measuring what sealing costs, on one machine; never for a service.
  none = 1,
};

}  // namespace tessera::net
