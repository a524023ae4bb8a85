#pragma once

#include <tessera/net/asio/internal/operations.h>
#include <tessera/net/asio/internal/strand.h>
#include <tessera/net/asio/tcp_options.h>
#include <tessera/net/channel/handshake.h>
#include <tessera/net/channel/pace.h>
#include <tessera/net/internal/event_gate.h>
#include <tessera/net/link.h>
#include <tessera/primitives/error.h>

#include <string>
#include <string_view>

/// What all parts of one TCP transport share. Immutable but for the gate, the list and the pace;
/// held by shared pointer by every part, so it lives as long as the last pending operation.
/// Callable from any thread.
namespace tessera::net {

struct TcpContext {
  TcpContext(boost::asio::any_io_executor where, TcpOptions how);

  const boost::asio::any_io_executor executor;
  const TcpOptions options;
  const noise::KeyPair static_keys;
  const RunId run;
  mutable EventGate gate;
  mutable Operations operations;
  mutable Pace bulk_pace;

  [[nodiscard]] Strand make_strand() const;
  /// What every handshake of this transport has in common.
  [[nodiscard]] HandshakeSettings handshake_settings(Role role) const;

  void log(LogLevel level, std::string message) const;
  void count(std::string_view name, std::string_view label = {}) const;
};

/// True if a link that ended for this reason did so because the peer broke the protocol.
[[nodiscard]] bool is_breach(const Error& error);

/// The word for `error`'s code in metrics' labels.
[[nodiscard]] std::string reason_label(const Error& error);

/// An error of the operating system, as this module reports it.
[[nodiscard]] Error io_error(std::string_view what, const boost::system::error_code& code);

}  // namespace tessera::net
