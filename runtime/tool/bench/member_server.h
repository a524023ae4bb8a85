#pragma once

#include <tessera/runtime/network.h>
#include <tessera/runtime/tool/bench/filler.h>
#include <tessera/runtime/tool/bench/meter.h>
#include <tessera/runtime/tool/bench/steady_load.h>
#include <tessera/runtime/tool/bench/subject.h>

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json_fwd.hpp>

#include <memory>

/// What a measured member answers to the process that measures it.
namespace tessera::tool::bench {

/// Used on the one thread that runs the network's executor.
class MemberServer : public std::enable_shared_from_this<MemberServer> {
 public:
  MemberServer(Network network, std::shared_ptr<Subject> subject,
               std::shared_ptr<const WireMeter> wire)
      : network_(std::move(network)), subject_(std::move(subject)), wire_(std::move(wire)) {}

  boost::asio::awaitable<nlohmann::json> answer(nlohmann::json request);

 private:
  boost::asio::awaitable<nlohmann::json> fill_cells(FillPlan plan);
  boost::asio::awaitable<nlohmann::json> store();
  boost::asio::awaitable<nlohmann::json> look();
  boost::asio::awaitable<nlohmann::json> reached(std::uint64_t index);
  [[nodiscard]] nlohmann::json status() const;
  [[nodiscard]] nlohmann::json start_load(const WritePlan& plan, double rate);
  [[nodiscard]] nlohmann::json read_load();

  Network network_;
  std::shared_ptr<Subject> subject_;
  std::shared_ptr<const WireMeter> wire_;
  std::shared_ptr<SteadyLoad> load_;
};

}  // namespace tessera::tool::bench
