#pragma once

#include <tessera/primitives/codec.h>
#include <tessera/runtime/group_handle.h>

#include <functional>
#include <vector>

/// Several commands of one caller, under way at once and answered together.
namespace tessera::runtime {

/// Every command's encoding, or the first error.
template <class Command>
[[nodiscard]] Result<std::vector<Bytes>> encode_all(const std::vector<Command>& commands) {
  std::vector<Bytes> encoded;
  encoded.reserve(commands.size());
  for (const Command& command : commands) {
    auto bytes = try_encode(command);
    if (!bytes) return bytes.error();
    encoded.push_back(*std::move(bytes));
  }
  return encoded;
}

/// The first error, if there was one, and the replies in the commands' order.
using ManyDone = std::function<void(boost::system::error_code, const std::vector<core::Reply>&)>;

Cancel execute_many(const GroupHandle& group, const Result<std::vector<Bytes>>& commands,
                    const CallOptions& options, ManyDone done);

}  // namespace tessera::runtime
