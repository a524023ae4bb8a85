#pragma once

#include <tessera/runtime/collections/map_machine.h>
#include <tessera/runtime/network.h>

#include <filesystem>
#include <memory>
#include <string>

/// The node's side of the control socket.
namespace tessera::tool {

/// What the program replicates.
using Registry = MapMachine<std::string, std::string>;

/// Answers requests until it is destroyed. Runs on the network's executor, which one thread runs.
class ControlServer {
 public:
  /// Listens in `data_dir`. `io_failed` naming the socket if it cannot, or if a live node holds it.
  static Result<std::unique_ptr<ControlServer>> start(Network network, Group<Registry> group,
                                                      const std::filesystem::path& data_dir);
  virtual ~ControlServer() = default;
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 protected:
  ControlServer() = default;
};

}  // namespace tessera::tool
