#pragma once

#include <tessera/runtime/network.h>
#include <tessera/runtime/tool/bench/meter.h>
#include <tessera/runtime/tool/exit_code.h>

#include <boost/asio/any_io_executor.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

/// One member that is measured, as a process of its own: `tessera bench member`, which
/// `tessera bench` starts and nobody else.
namespace tessera::tool::bench {

struct MemberOptions {
  std::filesystem::path data_dir;
  std::string listen = "127.0.0.1:0";
  std::string advertise;  ///< empty: what it listens on
  std::vector<std::string> peers;
  std::size_t founders = 0;  ///< 0: it joins
  std::size_t groups = 1;    ///< that it is a member of; a member with clients only
  std::string strategy;
  bool memory = false;                    ///< nothing of the group is written to the disk
  bool observer = false;                  ///< it never votes
  std::size_t bulk_bytes_per_second = 0;  ///< 0: no bound
  bool plain = false;                     ///< its links are not encrypted
};

/// Opens the network in which the process of a measured member takes part. Throws as `Network`.
[[nodiscard]] Network member_network(const boost::asio::any_io_executor& executor,
                                     const MemberOptions& options, std::shared_ptr<WireMeter> wire);

/// Runs it until a signal asks it to stop. The group's key comes from `TESSERA_KEY`. On its control
/// socket it answers `status`, `fill`, `load`, `reading`, `store`, `look`, `reached` and
/// `forget_peak`; member_server.cpp says what each is.
[[nodiscard]] ExitCode run_member(const MemberOptions& options);

}  // namespace tessera::tool::bench
