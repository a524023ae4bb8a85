#pragma once

#include <tessera/runtime/tool/demo/cluster.h>
#include <tessera/runtime/tool/demo/data_set.h>
#include <tessera/runtime/tool/loader.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What happened in one run of the demo; the report and the JSON are made of it. Plain values.
namespace tessera::tool::demo {

using Millis = std::chrono::milliseconds;

/// What the members had applied at one moment.
struct Sample {
  Millis at{0};
  std::vector<std::optional<std::uint64_t>> applied;  ///< by place; nothing: it does not answer
};

/// How a member that came back, or came new, got what it lacked.
struct CatchUp {
  Place place = 0;
  bool fresh = false;  ///< it began with nothing
  Millis began{0};     ///< its process was started
  std::optional<Millis> answered;
  std::optional<Millis> finished;
  std::uint64_t held = 0;     ///< the end of the log that it came with
  std::uint64_t target = 0;   ///< what was committed when it was started
  std::uint64_t bytes = 0;    ///< that sessions brought; 0: no session was seen
  std::size_t peers = 0;      ///< members it was connected to meanwhile
  std::uint64_t reached = 0;  ///< the end of its log now

  /// How many entries it lacked.
  [[nodiscard]] std::uint64_t missing() const { return target - std::min(target, held); }
};

/// One member in the end.
struct Verdict {
  std::string name;
  std::string peer;
  std::string role;
  std::string position;  ///< of the state that was looked at, term:index
  std::string digest;
  std::uint64_t size = 0;  ///< rows it holds
  std::size_t found = 0;   ///< acknowledged rows it holds as they were acknowledged
};

struct Record {
  DataSet data;
  std::uint64_t seed = 0;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  LoadProgress progress;
  std::vector<Sample> samples;

  std::size_t kill_at = 0;  ///< acknowledged rows after which the leader is killed
  Millis formed{0};         ///< since the start, as all times here
  Millis load_began{0};
  std::optional<Millis> load_ended;
  std::optional<Millis> killed;
  std::optional<Millis> led_again;
  Place killed_place = 0;
  Place new_leader = 0;
  std::uint64_t term_before = 0;
  std::uint64_t term_after = 0;

  Place wiped_place = 0;
  Millis wiped{0};        ///< it lost its disk
  Millis votes_again{0};  ///< and was a voter again

  std::vector<CatchUp> catch_ups;
  std::vector<Verdict> verdicts;
  std::vector<std::pair<std::string, std::string>> lookups;  ///< key, value
  Millis took{0};

  /// Since the start.
  [[nodiscard]] Millis now() const;
  /// The longest time without an acknowledgement that ends after the kill.
  struct Gap {
    Millis from{0};
    Millis to{0};
  };
  [[nodiscard]] Gap gap() const;
  [[nodiscard]] bool positions_agree() const;
  /// And so do the positions they belong to.
  [[nodiscard]] bool digests_agree() const;
  /// Every acknowledged row is on every member.
  [[nodiscard]] bool complete() const;
  /// Acknowledgements a second, over the whole load.
  [[nodiscard]] double rate() const;
};

/// Of one catch-up: bytes a second, or 0 if no session was seen.
[[nodiscard]] double bytes_per_second(const CatchUp& catch_up);

}  // namespace tessera::tool::demo
