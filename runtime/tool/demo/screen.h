#pragma once

#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/demo/record.h>

#include <chrono>
#include <string>
#include <vector>

/// What the demo shows while it runs: bars that move on a terminal, a line now and then elsewhere.
namespace tessera::tool::demo {

class Screen {
 public:
  Screen(const Cluster& cluster, const Record& record) : cluster_(cluster), record_(record) {}

  /// The heading of the next act.
  void act(const std::string& title);
  /// A line that stays.
  void note(const std::string& line);
  /// Draws what moves: the load, each member, each catch-up.
  void draw();
  /// Leaves what was drawn last where it is; what comes next stands below.
  void settle();

 private:
  [[nodiscard]] std::string load_line() const;
  [[nodiscard]] std::string member_line(Place place) const;
  [[nodiscard]] std::string catch_up_line(const CatchUp& catch_up) const;
  [[nodiscard]] std::vector<std::string> lines() const;

  const Cluster& cluster_;
  const Record& record_;
  LiveLines live_;
  std::chrono::steady_clock::time_point last_plain_{};
  int acts_ = 0;
};

}  // namespace tessera::tool::demo
