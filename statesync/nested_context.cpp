#include <tessera/statesync/nested_context.h>

#include <cstdint>
#include <utility>

namespace tessera::statesync {

Bytes prefixed(const Bytes& prefix, const Bytes& message) {
  std::vector<std::uint8_t> joined;
  joined.reserve(prefix.size() + message.size());
  joined.insert(joined.end(), prefix.view().begin(), prefix.view().end());
  joined.insert(joined.end(), message.view().begin(), message.view().end());
  return Bytes(std::move(joined));
}

Wrap behind(Bytes prefix) {
  return [prefix = std::move(prefix)](const Bytes& message) { return prefixed(prefix, message); };
}

}  // namespace tessera::statesync
