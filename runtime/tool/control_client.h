#pragma once

#include <tessera/primitives/result.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <memory>
#include <string>

/// How the program talks to a running node: JSON lines over a Unix socket in the node's data
/// folder, so that whoever may read the folder may ask. See docs/control-protocol.md.
namespace tessera::tool {

/// The socket of the node that keeps its data in `data_dir`.
[[nodiscard]] std::filesystem::path control_socket(const std::filesystem::path& data_dir);

/// A connection to one node. Any number of requests may be under way; answers come in any order.
/// Used on one thread of the executor's.
class ControlClient {
 public:
  /// `timed_out` or `io_failed` naming the folder, if no node answers there.
  static boost::asio::awaitable<Result<std::shared_ptr<ControlClient>>> connect(
      std::filesystem::path data_dir);

  virtual ~ControlClient() = default;
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;

  /// Sends `request` (an object with "op") and waits for its answer: the node's object, or its
  /// error, or `disconnected` if the node went away: what it was asked may then have happened.
  virtual boost::asio::awaitable<Result<nlohmann::json>> ask(nlohmann::json request) = 0;

  virtual void close() = 0;

 protected:
  ControlClient() = default;
};

}  // namespace tessera::tool
