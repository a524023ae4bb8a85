#pragma once

#include <tessera/runtime/collections/map_machine.h>
#include <tessera/runtime/network.h>
#include <tessera/runtime/tool/control_server.h>
#include <tessera/runtime/tool/shared_store.h>

#include <filesystem>
#include <memory>
#include <string>

/// What a node of `tessera node` answers on its control socket (docs/control-protocol.md).
namespace tessera::tool {

/// What the program replicates.
using Registry = MapMachine<std::string, std::string>;

/// What is asked of, and what backups are made from.
struct Controlled {
  Network network;
  Group<Registry> group;
  SharedStore store;
};

/// Answers until what is returned is destroyed. Errors as of `ControlServer::start`.
[[nodiscard]] Result<std::unique_ptr<ControlServer>> start_control(
    Controlled controlled, const std::filesystem::path& data_dir);

}  // namespace tessera::tool
