#pragma once

#include <tessera/primitives/result.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// What `tessera bench catchup` is told. Plain values.
namespace tessera::tool {

struct CatchUpOptions {
  std::size_t members = 3;
  std::size_t sources = 0;          ///< members that run when the one comes back; 0: all others
  std::uint64_t entries = 200'000;  ///< written while it is away
  std::uint64_t state = 0;          ///< cells that the group holds before; 0: entries are new cells
  double changed = 0;  ///< share of `state` that is written while it is away, instead of `entries`
  std::size_t value_size = 256;
  std::uint64_t batch = 1;  ///< puts that one entry carries
  std::vector<std::string> strategies = {"snapshot"};
  std::size_t repeat = 1;                 ///< runs of each strategy, in turns
  double delay = 0;                       ///< milliseconds, one way; 0: as the machine has it
  double bandwidth = 0;                   ///< megabytes a second of each connection; 0: no bound
  double bulk_limit = 0;                  ///< megabytes a second of each member; 0: no bound
  std::size_t joiners = 0;                ///< new members at once, instead of one that was away
  bool joiners_yield = false;             ///< these get the processor time that nobody else wants
  double load = 100;                      ///< puts a second meanwhile; 0: none
  bool plain = false;                     ///< links are not encrypted
  bool wipe = false;                      ///< it comes back without its store
  bool quiet = false;                     ///< no progress
  bool keep = false;                      ///< leave the members' folder
  std::filesystem::path folder = "/tmp";  ///< where the members' folder is made
  std::filesystem::path joiners_folder;   ///< where the joiners' is made; empty: the same
  std::filesystem::path json;             ///< empty: none; "-": instead of the table
  std::filesystem::path plot;             ///< empty: none

  /// `invalid_argument` that says which option makes no sense.
  [[nodiscard]] Result<void> validate() const;
  /// How many puts are made while the member is away.
  [[nodiscard]] std::uint64_t puts() const;
};

}  // namespace tessera::tool
