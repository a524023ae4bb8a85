#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/demo/chart.h>
#include <tessera/runtime/tool/demo/report.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace tessera::tool::demo {
namespace {

using nlohmann::json;

constexpr std::string_view style = R"(
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
         padding: 0 1rem; }
  svg { width: 100%; height: auto; }
  svg text { font: 11px system-ui, sans-serif; fill: currentColor; }
  .curve { fill: none; stroke-width: 2; }
  .grid { stroke: currentColor; opacity: .15; }
  .marker { stroke: #dc2626; stroke-dasharray: 4 3; }
  .gap { fill: #dc2626; opacity: .15; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; }
  code { font-size: .85em; word-break: break-all; }
  .good { color: #059669; } .bad { color: #dc2626; }
)";

double seconds(Millis duration) { return std::chrono::duration<double>(duration).count(); }

double milliseconds(Histogram::Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

std::string cells(std::string_view kind, const std::vector<std::string>& texts) {
  std::string row;
  for (const std::string& text : texts) row += fmt::format("<{0}>{1}</{0}>", kind, text);
  return "<tr>" + row + "</tr>\n";
}

std::string facts(const Record& record) {
  const Record::Gap gap = record.gap();
  std::string html = "<table>\n";
  html += cells("td", {"Data", escaped(fmt::format("{} ({} {})", record.data.name,
                                                   record.data.rows.size(), record.data.items))});
  html += cells("td", {"Group formed", fmt::format("after {:.1f} s", seconds(record.formed))});
  html += cells("td", {"Acknowledged puts",
                       fmt::format("{}, {:.0f} a second; p50 {:.1f} ms, p99 {:.1f} ms",
                                   record.progress.acknowledged, record.rate(),
                                   milliseconds(record.progress.latency.percentile(0.5)),
                                   milliseconds(record.progress.latency.percentile(0.99)))});
  html += cells(
      "td", {"Leader killed", fmt::format("node {} in term {}, by SIGKILL, after {} puts (seed {})",
                                          record.killed_place + 1, record.term_before,
                                          record.kill_at, record.seed)});
  html += cells(
      "td", {"New leader",
             fmt::format("node {} in term {}; {:.2f} s without an acknowledged write",
                         record.new_leader + 1, record.term_after, seconds(gap.to - gap.from))});
  html += cells(
      "td", {"Disk wiped", fmt::format("node {} voted again {:.1f} s later", record.wiped_place + 1,
                                       seconds(record.votes_again - record.wiped))});
  html += "</table>\n";
  return html;
}

std::string catch_ups(const Record& record) {
  std::string html =
      "<table>\n" + cells("th", {"Member", "Entries", "Time", "Session", "Connected to"});
  for (const CatchUp& each : record.catch_ups) {
    const Millis time = each.finished.value_or(each.began) - each.answered.value_or(each.began);
    std::string session = "too short to be seen";
    if (each.bytes != 0) {
      session = fmt::format("{} at {}/s", bytes_text(static_cast<double>(each.bytes)),
                            bytes_text(bytes_per_second(each)));
    }
    html += cells("td", {fmt::format("node {} ({})", each.place + 1, each.fresh ? "new" : "back"),
                         fmt::format("{}", each.missing()), fmt::format("{:.2f} s", seconds(time)),
                         session, fmt::format("{} members", each.peers)});
  }
  return html + "</table>\n";
}

std::string verdicts(const Record& record) {
  std::string html =
      "<table>\n" + cells("th", {"Member", "Role", "Position", "Rows", "State digest"});
  for (const Verdict& each : record.verdicts) {
    html += cells("td", {escaped(each.name), escaped(each.role), escaped(each.position),
                         fmt::format("{} of {}", each.found, record.data.rows.size()),
                         "<code>" + escaped(each.digest) + "</code>"});
  }
  const bool good = record.digests_agree() && record.complete();
  html += "</table>\n";
  html += good ? "<p class=\"good\">All digests agree, and every acknowledged row is on every "
                 "member.</p>\n"
               : "<p class=\"bad\">The members do not hold the same, or not everything.</p>\n";
  return html;
}

}  // namespace

Result<void> write_report(const Record& record, const std::filesystem::path& file) {
  std::ofstream page(file);
  page << "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
          "<meta name=\"viewport\" content=\"width=device-width\">"
          "<title>tessera demo</title><style>"
       << style << "</style></head><body>\n<h1>tessera demo</h1>\n"
       << "<p>Three members, each a process with a durable store, were filled with "
       << escaped(record.data.name)
       << ". The leader was killed in mid-load; it came back, a fourth member joined with nothing, "
          "a disk was wiped, and all of them caught up.</p>\n"
       << facts(record) << "<h2>Acknowledged puts a second</h2>\n"
       << throughput_chart(record) << "<h2>What each member had applied</h2>\n"
       << positions_chart(record) << "<h2>Catch-up</h2>\n"
       << catch_ups(record) << "<h2>In the end</h2>\n"
       << verdicts(record) << "</body></html>\n";
  page.close();
  if (!page) {
    return Error(Errc::io_failed,
                 "the report cannot be written to " + file.string() + ": " + std::strerror(errno));
  }
  return {};
}

json report_json(const Record& record) {
  const Record::Gap gap = record.gap();
  json report;
  report["ok"] = record.digests_agree() && record.complete();
  report["data"] = record.data.file.string();
  report["rows"] = record.data.rows.size();
  report["seed"] = record.seed;
  report["acknowledged"] = record.progress.acknowledged;
  report["repeated"] = record.progress.repeated;
  report["puts_per_second"] = record.rate();
  report["p50_ms"] = milliseconds(record.progress.latency.percentile(0.5));
  report["p99_ms"] = milliseconds(record.progress.latency.percentile(0.99));
  report["formed_ms"] = record.formed.count();
  report["killed_after"] = record.kill_at;
  report["killed"] = fmt::format("node {}", record.killed_place + 1);
  report["wiped"] = fmt::format("node {}", record.wiped_place + 1);
  report["votes_again_after_ms"] = (record.votes_again - record.wiped).count();
  report["new_leader"] = fmt::format("node {}", record.new_leader + 1);
  report["term_before"] = record.term_before;
  report["term_after"] = record.term_after;
  report["gap_ms"] = (gap.to - gap.from).count();
  report["took_ms"] = record.took.count();
  report["catch_up"] = json::array();
  for (const CatchUp& each : record.catch_ups) {
    json entry;
    entry["member"] = fmt::format("node {}", each.place + 1);
    entry["new"] = each.fresh;
    entry["entries"] = each.missing();
    entry["bytes"] = each.bytes;
    entry["members_connected"] = each.peers;
    entry["ms"] = (each.finished.value_or(each.began) - each.answered.value_or(each.began)).count();
    report["catch_up"].push_back(std::move(entry));
  }
  report["members"] = json::array();
  for (const Verdict& each : record.verdicts) {
    json entry;
    entry["member"] = each.name;
    entry["peer"] = each.peer;
    entry["role"] = each.role;
    entry["position"] = each.position;
    entry["digest"] = each.digest;
    entry["rows"] = each.size;
    entry["acknowledged_rows_found"] = each.found;
    report["members"].push_back(std::move(entry));
  }
  report["lookups"] = json::object();
  for (const auto& [key, value] : record.lookups) report["lookups"][key] = value;
  return report;
}

}  // namespace tessera::tool::demo
