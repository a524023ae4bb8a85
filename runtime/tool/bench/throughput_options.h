#pragma once

#include <tessera/primitives/result.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// What `tessera bench write` and `tessera bench read` are told. Plain values.
namespace tessera::tool {

struct ThroughputOptions {
  enum class Work : std::uint8_t { write, read };

  Work work = Work::write;
  std::size_t members = 3;
  std::vector<std::size_t> clients = {64};
  std::vector<std::size_t> value_sizes = {256};
  std::vector<std::string> places = {"leader"};         ///< leader, follower, spread
  std::vector<std::string> consistencies = {"strong"};  ///< of reads: strong, weak
  std::vector<std::string> stores = {"fsync"};          ///< fsync, memory
  std::vector<std::size_t> groups = {1};                ///< of the same members
  std::optional<double> idle;  ///< seconds that nothing happens first; none: see `idle_seconds`
  double rate = 0;  ///< calls a second of all clients together; 0: as fast as they are answered
  double seconds = 5;
  double warm_up = 1;
  std::uint64_t keys = 1000;
  bool plain = false;                     ///< links are not encrypted
  bool own_sessions = false;              ///< each client has a client session of its own
  std::size_t repeat = 1;                 ///< runs of each variant, in turns
  bool quiet = false;                     ///< no progress
  bool keep = false;                      ///< leave the members' folders
  std::filesystem::path folder = "/tmp";  ///< where the members' folders are made
  std::filesystem::path json;             ///< empty: none; "-": instead of the table
  std::filesystem::path csv;              ///< empty: none; "-": instead of the table
  std::filesystem::path plot;             ///< empty: none

  /// For how long the members are watched without a load: several groups are always.
  [[nodiscard]] double idle_seconds(std::size_t groups_of_run) const {
    return idle.value_or(groups_of_run > 1 ? 5 : 0);
  }

  /// `invalid_argument` that says which option makes no sense.
  [[nodiscard]] Result<void> validate() const;
};

/// One combination of what the options list.
struct ThroughputVariant {
  std::size_t clients = 0;
  std::size_t value_size = 0;
  std::string place;
  std::string consistency;  ///< empty: writes
  std::string store;
  std::size_t groups = 1;
  bool plain = false;

  /// "64 clients, 256 B, leader"; what the options give no choice in is part of it, too.
  [[nodiscard]] std::string name() const;
  [[nodiscard]] bool operator==(const ThroughputVariant&) const = default;
};

/// All combinations, in the order in which they take their turns.
[[nodiscard]] std::vector<ThroughputVariant> variants(const ThroughputOptions& options);

}  // namespace tessera::tool
