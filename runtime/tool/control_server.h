#pragma once

#include <tessera/primitives/result.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <functional>
#include <memory>

/// The node's side of the control socket: requests, JSON objects, come in, answers go out.
namespace tessera::tool {

/// Answers requests until it is destroyed. Runs on its executor, which one thread runs.
class ControlServer {
 public:
  /// What a request is answered with. Several may be under way; a request's "id" is not its
  /// concern.
  using Answer = std::function<boost::asio::awaitable<nlohmann::json>(nlohmann::json)>;

  /// Listens in `data_dir`. `io_failed` naming the socket if it cannot, or if a live node holds it.
  static Result<std::unique_ptr<ControlServer>> start(const boost::asio::any_io_executor& executor,
                                                      const std::filesystem::path& data_dir,
                                                      Answer answer);
  virtual ~ControlServer() = default;
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 protected:
  ControlServer() = default;
};

}  // namespace tessera::tool
