#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

/// What `tessera check` has found out about a machine, for people and for programs.
namespace tessera::tool::check {

/// One thing that was looked at. A plain value.
struct Finding {
  std::string name;  ///< "disk"
  bool passed = false;
  std::string measured;  ///< "one sync takes 0.4 ms", or what went wrong
  std::string meaning;   ///< what it means for who deploys a member here
  double figure = 0;     ///< what was measured, in `unit`; 0 if nothing could be
  std::string unit;      ///< empty: there is no figure
};

[[nodiscard]] bool all_passed(const std::vector<Finding>& findings);
/// "PASS  disk ...", and what it means in a line below.
[[nodiscard]] std::string text_of(const Finding& finding);
[[nodiscard]] nlohmann::json json_of(const std::vector<Finding>& findings);

/// The least that is asked of a machine. Values are in the units of their names.
struct Bounds {
  /// A quarter of the default heartbeat: a leader that waits longer for its own disk is late with
  /// everything that depends on it.
  double sync_seconds_max = 0.025;
  /// Half of the default heartbeat: what leaves with one heartbeat is answered before the next.
  double round_trip_seconds_max = 0.05;
  /// A full gigabit link.
  double cipher_bytes_min = 125e6;
};

[[nodiscard]] Finding judge_disk(double sync_seconds, const Bounds& bounds = {});
/// `to`: whom the round trip went to.
[[nodiscard]] Finding judge_round_trip(const std::string& to, double seconds,
                                       const Bounds& bounds = {});
[[nodiscard]] Finding judge_cipher(double bytes_a_second, const Bounds& bounds = {});

}  // namespace tessera::tool::check
