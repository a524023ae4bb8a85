#include <tessera/runtime/tool/check/findings.h>
#include <tessera/runtime/tool/console.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tessera::tool::check {
namespace {

using nlohmann::json;

std::string time_text(double seconds) {
  return seconds < 1e-3 ? fmt::format("{:.0f} us", seconds * 1e6)
                        : fmt::format("{:.1f} ms", seconds * 1e3);
}

}  // namespace

bool all_passed(const std::vector<Finding>& findings) {
  return std::all_of(findings.begin(), findings.end(),
                     [](const Finding& each) { return each.passed; });
}

std::string text_of(const Finding& finding) {
  return fmt::format("{}  {:<8} {}\n      {:<8} {}", finding.passed ? "PASS" : "FAIL", finding.name,
                     finding.measured, "", finding.meaning);
}

json json_of(const std::vector<Finding>& findings) {
  json report;
  report["passed"] = all_passed(findings);
  report["checks"] = json::array();
  for (const Finding& each : findings) {
    json check;
    check["name"] = each.name;
    check["passed"] = each.passed;
    check["measured"] = each.measured;
    check["meaning"] = each.meaning;
    if (!each.unit.empty()) {
      check["figure"] = each.figure;
      check["unit"] = each.unit;
    }
    report["checks"].push_back(std::move(check));
  }
  return report;
}

Finding judge_disk(double sync_seconds, const Bounds& bounds) {
  Finding finding;
  finding.name = "disk";
  finding.figure = sync_seconds;
  finding.unit = "seconds";
  finding.passed = sync_seconds > 0 && sync_seconds <= bounds.sync_seconds_max;
  finding.measured = fmt::format("one synced append takes {} (at most {})", time_text(sync_seconds),
                                 time_text(bounds.sync_seconds_max));
  finding.meaning =
      finding.passed
          ? fmt::format("one client makes at most {:.0f} writes a second; many share a sync",
                        1 / sync_seconds)
          : "votes and acknowledgements wait for this: put the data on a faster disk, or give the "
            "group longer timeouts";
  return finding;
}

Finding judge_round_trip(const std::string& to, double seconds, const Bounds& bounds) {
  Finding finding;
  finding.name = "network";
  finding.figure = seconds;
  finding.unit = "seconds";
  finding.passed = seconds > 0 && seconds <= bounds.round_trip_seconds_max;
  finding.measured = fmt::format("to {} and back takes {} (at most {})", to, time_text(seconds),
                                 time_text(bounds.round_trip_seconds_max));
  finding.meaning = finding.passed
                        ? "each write and each strong read waits for about one such round trip"
                        : "heartbeats are answered late: raise heartbeat and election timeout, or "
                          "keep voters closer to each other";
  return finding;
}

Finding judge_cipher(double bytes_a_second, const Bounds& bounds) {
  Finding finding;
  finding.name = "cipher";
  finding.figure = bytes_a_second;
  finding.unit = "bytes a second";
  finding.passed = bytes_a_second >= bounds.cipher_bytes_min;
  finding.measured = fmt::format("one core seals {:.0f} MB/s (at least {:.0f})",
                                 bytes_a_second / 1e6, bounds.cipher_bytes_min / 1e6);
  finding.meaning = finding.passed
                        ? "links and catching up are not bound by encryption on a gigabit network"
                        : "encryption is what bounds catching up here: it takes longer than the "
                          "network alone would";
  return finding;
}

}  // namespace tessera::tool::check
