#pragma once

#include <tessera/primitives/result.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// What `tessera bench failover` is told. Plain values.
namespace tessera::tool {

struct FailoverOptions {
  std::size_t members = 3;
  std::vector<std::string> ways = {"kill", "transfer", "close"};  ///< how the leader goes
  std::size_t repeat = 5;                                         ///< times of each, in turns
  double rate = 1000;                                             ///< writes a second at a follower
  std::size_t value_size = 256;                                   ///< bytes
  double warm_up = 1;                     ///< seconds of writing before the leader goes
  bool quiet = false;                     ///< no progress
  bool keep = false;                      ///< leave the members' folders
  std::filesystem::path folder = "/tmp";  ///< where the members' folders are made
  std::filesystem::path json;             ///< empty: none; "-": instead of the table

  /// `invalid_argument` that says which option makes no sense.
  [[nodiscard]] Result<void> validate() const;
};

}  // namespace tessera::tool
