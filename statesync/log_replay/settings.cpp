#include <tessera/primitives/check.h>
#include <tessera/primitives/codec.h>
#include <tessera/statesync/log_replay/message.h>
#include <tessera/statesync/log_replay/settings.h>

namespace tessera::log_replay {

void Settings::check_bounds() const {
  check(chunk_bytes >= chunk_bytes_min && chunk_bytes <= chunk_bytes_max,
        "LogReplay: chunk_bytes must be from 1 KiB to 32 MiB");
  check(in_flight >= 1 && in_flight <= in_flight_max, "LogReplay: in_flight must be from 1 to 64");
  check(buffer_bytes >= chunk_bytes, "LogReplay: buffer_bytes must be at least chunk_bytes");
  check(request_timeout > Duration::zero(), "LogReplay: request_timeout must be positive");
  check(ask_again > Duration::zero(), "LogReplay: ask_again must be positive");
}

Bytes Settings::plain(const Message& message) { return encode(message); }

UniqueId Settings::signature() const {
  constexpr std::string_view format = "tessera/log-replay/1";
  return UniqueId::from(format).derive(static_cast<std::uint64_t>(chunk_bytes));
}

}  // namespace tessera::log_replay
