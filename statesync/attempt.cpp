#include <tessera/statesync/attempt.h>

namespace tessera::statesync {

std::string current_exception_text() {
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

}  // namespace tessera::statesync
