#include <tessera/net/asio/internal/tcp_context.h>
#include <tessera/net/internal/require_sodium.h>
#include <tessera/primitives/check.h>

#include <sodium.h>

namespace tessera::net {
namespace {

RunId random_run() {
  require_sodium();
  UniqueId::Array bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return RunId(UniqueId(bytes));
}

std::string_view word_for(const boost::system::error_code& code) {
  if (code.category() != error_category()) return "system";
  switch (static_cast<Errc>(code.value())) {
    case Errc::too_large:
      return "too_large";
    case Errc::not_allowed:
      return "not_allowed";
    case Errc::malformed:
      return "malformed";
    case Errc::version_mismatch:
      return "version_mismatch";
    case Errc::foreign:
      return "foreign";
    case Errc::handshake_failed:
      return "handshake_failed";
    case Errc::disconnected:
      return "disconnected";
    case Errc::timed_out:
      return "timed_out";
    case Errc::io_failed:
      return "io_failed";
    default:
      return "other";
  }
}

}  // namespace

TcpContext::TcpContext(boost::asio::any_io_executor where, TcpOptions how)
    : executor(std::move(where)),
      options(std::move(how)),
      static_keys(noise::KeyPair::generate()),
      run(random_run()),
      bulk_pace(options.limits.bulk_bytes_per_second) {
  check(options.identity != nullptr, "a transport needs an identity");
  check(options.metrics != nullptr, "metrics go somewhere, if only to no_metrics()");
  const TcpLimits& limits = options.limits;
  check(limits.control_queue_bytes_max > limits.frame_bytes_max &&
            limits.bulk_queue_bytes_max > limits.frame_bytes_max,
        "a queue has room for the largest frame");
  check(limits.half_open_max > 0 && limits.half_open_per_address_max > 0,
        "a connection is half open before it is a link");
}

Strand TcpContext::make_strand() const { return Strand(executor); }

HandshakeSettings TcpContext::handshake_settings(Role role) const {
  HandshakeSettings settings;
  settings.identity = options.identity;
  settings.static_keys = static_keys;
  settings.network = options.network;
  settings.run = run;
  settings.role = role;
  settings.records = options.records;
  settings.bytes_max = options.limits.handshake_bytes_max;
  return settings;
}

void TcpContext::log(LogLevel level, std::string message) const {
  if (!options.log) return;
  LogRecord record;
  record.level = level;
  record.component = "net";
  record.message = std::move(message);
  options.log(record);
}

void TcpContext::count(std::string_view name, std::string_view label) const {
  options.metrics->add({name, label}, 1);
}

bool is_breach(const Error& error) {
  return error.is(Errc::malformed) || error.is(Errc::too_large);
}

std::string reason_label(const Error& error) {
  return "reason=" + std::string(word_for(error.code()));
}

Error io_error(std::string_view what, const boost::system::error_code& code) {
  return {Errc::io_failed, std::string(what) + ": " + code.message()};
}

}  // namespace tessera::net
