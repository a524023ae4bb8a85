#pragma once

#include <tessera/runtime/group_status.h>
#include <tessera/runtime/network.h>

#include <nlohmann/json_fwd.hpp>

/// The status of a node's member as the program prints it.
namespace tessera::tool {

[[nodiscard]] nlohmann::json status_json(const NetworkStatus& network, const GroupStatus& group);

}  // namespace tessera::tool
