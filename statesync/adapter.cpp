#include <tessera/statesync/adapter.h>

namespace tessera::statesync {

Error machine_threw(std::string_view doing, const std::string& what) {
  return {Errc::machine_failed,
          "the state machine failed while " + std::string(doing) + ": " + what};
}

Error command_unreadable(Cursor position, const Error& why) {
  return {Errc::machine_failed, "the command at " + position.to_string() +
                                    " does not decode as this machine's Command: " + why.message()};
}

}  // namespace tessera::statesync
