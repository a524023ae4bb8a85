#pragma once

#include <tessera/runtime/tool/control_registry.h>

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json_fwd.hpp>

#include <string>

/// Changes of the group that are asked for on the control socket.
namespace tessera::tool {

/// True if `op` is one of promote, demote, remove and transfer.
[[nodiscard]] bool changes_members(const std::string& op);

/// Carries out such a request: its `peer` is a member's id in hexadecimal, or as much of its
/// beginning as no other member's has.
[[nodiscard]] boost::asio::awaitable<nlohmann::json> change_members(Group<Registry> group,
                                                                    nlohmann::json request);

}  // namespace tessera::tool
