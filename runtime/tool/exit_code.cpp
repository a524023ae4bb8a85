#include <tessera/runtime/tool/exit_code.h>

namespace tessera::tool {

ExitCode exit_code_of(const Error& error) {
  if (error.code().category() != error_category()) return ExitCode::failed;
  switch (static_cast<Errc>(error.code().value())) {
    case Errc::offline:
      return ExitCode::no_leader;
    case Errc::timed_out:
    case Errc::disconnected:
    case Errc::handshake_failed:
      return ExitCode::unreachable;
    case Errc::not_allowed:
    case Errc::last_voter:
      return ExitCode::not_allowed;
    case Errc::not_found:
      return ExitCode::not_found;
    case Errc::invalid_argument:
      return ExitCode::usage;
    case Errc::damaged:
    case Errc::foreign:
      return ExitCode::damaged;
    default:
      return ExitCode::failed;
  }
}

}  // namespace tessera::tool
