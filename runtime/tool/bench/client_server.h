#pragma once

#include <tessera/runtime/tool/bench/client_load.h>
#include <tessera/runtime/tool/bench/meter.h>
#include <tessera/runtime/tool/bench/write_stream.h>

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <vector>

/// What a member with clients in its process answers to the process that measures it.
namespace tessera::tool::bench {

/// Used on the one thread that runs the network's executor.
class ClientServer : public std::enable_shared_from_this<ClientServer> {
 public:
  using Groups = ClientLoad::Groups;

  /// `groups`: at least one.
  ClientServer(Network network, Groups groups, std::shared_ptr<const WireMeter> wire)
      : network_(std::move(network)), groups_(std::move(groups)), wire_(std::move(wire)) {}

  boost::asio::awaitable<nlohmann::json> answer(nlohmann::json request);

 private:
  boost::asio::awaitable<nlohmann::json> fill(std::uint64_t keys, std::size_t value_bytes);
  boost::asio::awaitable<nlohmann::json> look();
  boost::asio::awaitable<nlohmann::json> reached(std::vector<std::uint64_t> indices);
  [[nodiscard]] nlohmann::json status() const;
  [[nodiscard]] nlohmann::json survey() const;
  [[nodiscard]] nlohmann::json start_clients(const ClientPlan& plan);
  [[nodiscard]] nlohmann::json read_clients();
  [[nodiscard]] nlohmann::json start_stream(const WriteStream::Plan& plan);
  boost::asio::awaitable<nlohmann::json> first_after(WriteStream::Event event);
  boost::asio::awaitable<nlohmann::json> stop_stream(WriteStream::Event event);
  boost::asio::awaitable<nlohmann::json> transfer(std::string peer);

  Network network_;
  Groups groups_;
  std::shared_ptr<const WireMeter> wire_;
  std::shared_ptr<ClientLoad> clients_;
  std::shared_ptr<WriteStream> stream_;
};

/// As they are sent over the control socket.
[[nodiscard]] nlohmann::json client_plan_json(const ClientPlan& plan);
[[nodiscard]] ClientPlan client_plan_of(const nlohmann::json& request);
[[nodiscard]] nlohmann::json client_reading_json(const ClientReading& reading);
[[nodiscard]] ClientReading client_reading_of(const nlohmann::json& answer);

}  // namespace tessera::tool::bench
