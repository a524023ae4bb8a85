#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// What `tessera bench failover` came to. Plain values; seconds.
namespace tessera::tool::bench {

/// One leader that went.
struct FailoverRound {
  std::string way;  ///< kill, transfer, close
  /// From then until a write ended that was begun later, and committed under another leader.
  double resumed = 0;
  double longest = 0;  ///< that a write took which was under way then, or begun later
  std::uint64_t written = 0;
  std::uint64_t failed = 0;
  std::uint64_t missed = 0;  ///< writes that were not begun, because too many were under way
  std::string problem;       ///< why the last of those failed
};

struct FailoverRun {
  double heartbeat = 0;  ///< of the group's settings
  double election_timeout = 0;
  std::string digest;  ///< of every member's state at the end, which are equal
  std::vector<FailoverRound> rounds;
};

}  // namespace tessera::tool::bench
