#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the demo reads of a member's status. A plain value.
namespace tessera::tool::demo {

struct MemberView {
  struct Sync {
    std::uint64_t bytes_done = 0;
    std::uint64_t bytes_total = 0;
    std::uint64_t entries_done = 0;
    std::uint64_t entries_total = 0;
    std::string last_failure;
  };

  std::string peer;
  std::vector<std::string> listen;
  std::string role;
  std::uint64_t term = 0;
  std::string leader;      ///< empty: none is known
  std::uint64_t last = 0;  ///< the end of its log
  std::uint64_t committed = 0;
  std::uint64_t applied = 0;
  bool online = false;
  bool votes = false;
  std::size_t members = 0;
  std::size_t bonded = 0;  ///< members that are connected to this one
  std::optional<Sync> sync;
  std::string problem;  ///< empty: none

  [[nodiscard]] static MemberView from(const nlohmann::json& status);
  /// "follower in term 2, applied 1520, not online; problem: ...".
  [[nodiscard]] std::string sentence() const;
};

}  // namespace tessera::tool::demo
