#include <tessera/runtime/tool/demo/screen.h>

#include <fmt/format.h>

#include <algorithm>

namespace tessera::tool::demo {
namespace {

constexpr std::chrono::milliseconds between_plain_lines{2000};
constexpr std::size_t load_bar_width = 32;
constexpr std::size_t catch_up_bar_width = 20;
/// The rate that is shown is that of the last second.
constexpr Millis rate_window{1000};

double milliseconds(Histogram::Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

double seconds(Millis duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

void Screen::act(const std::string& title) {
  settle();
  say(styled(Style::bold, fmt::format("{}. {}", ++acts_, title)));
}

void Screen::note(const std::string& line) {
  // It takes the place of what moves, which is drawn below it again.
  live_.clear();
  say("   " + line);
}

void Screen::settle() { live_.settle(); }

void Screen::draw() {
  if (talks_to_terminal()) {
    live_.show(lines());
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (now - last_plain_ < between_plain_lines) return;
  last_plain_ = now;
  for (const std::string& line : lines()) say(line);
}

std::vector<std::string> Screen::lines() const {
  std::vector<std::string> all;
  if (record_.progress.total != 0) all.push_back(load_line());
  for (Place place = 0; place < cluster_.members().size(); ++place) {
    const auto& member = cluster_.members()[place];
    if (member.wanted || member.last_view) all.push_back(member_line(place));
  }
  return all;
}

std::string Screen::load_line() const {
  const LoadProgress& progress = record_.progress;
  const Millis since = record_.load_ended.value_or(record_.now()) - record_.load_began;
  const Millis window = std::max(Millis{1}, std::min(since, rate_window));
  const auto& times = progress.acknowledged_at;
  const auto recent = times.end() - std::lower_bound(times.begin(), times.end(), since - window);
  double rate = static_cast<double>(recent) / seconds(window);
  if (record_.load_ended) rate = record_.rate();
  return fmt::format(
      "   {} {:>6}/{}  {:>6.0f}/s  p50 {:.1f} ms  p99 {:.1f} ms",
      styled(Style::accent, bar({progress.acknowledged, progress.total}, load_bar_width)),
      progress.acknowledged, progress.total, rate, milliseconds(progress.latency.percentile(0.5)),
      milliseconds(progress.latency.percentile(0.99)));
}

std::string Screen::member_line(Place place) const {
  const Cluster::Member& member = cluster_.members()[place];
  for (const CatchUp& each : record_.catch_ups) {
    if (each.place == place && !each.finished) return catch_up_line(each);
  }
  if (!member.wanted) return fmt::format("   {}  {}", member.name, styled(Style::bad, "killed"));
  if (!member.view) return fmt::format("   {}  {}", member.name, styled(Style::dim, "starts"));
  const MemberView& view = *member.view;
  std::string line = fmt::format(
      "   {}  {}  applied {:>6}", member.name,
      styled(view.role == "leader" ? Style::good : Style::plain, fmt::format("{:<9}", view.role)),
      view.applied);
  if (!view.problem.empty()) line += "  " + styled(Style::bad, view.problem);
  return line;
}

std::string Screen::catch_up_line(const CatchUp& catch_up) const {
  const Cluster::Member& member = cluster_.members()[catch_up.place];
  if (!member.view) return fmt::format("   {}  {}", member.name, styled(Style::dim, "starts"));
  const std::uint64_t missing = catch_up.missing();
  const std::uint64_t done =
      std::min(missing, catch_up.reached - std::min(catch_up.reached, catch_up.held));
  const double time =
      std::max(0.05, seconds(record_.now() - catch_up.answered.value_or(record_.now())));
  const double rate = static_cast<double>(done) / time;
  std::string line =
      fmt::format("   {}  {} {:>6}/{} entries", member.name,
                  styled(Style::accent, bar({done, missing}, catch_up_bar_width)), done, missing);
  if (catch_up.bytes != 0) {
    line += fmt::format("  {:.2f} MB/s", static_cast<double>(catch_up.bytes) / 1e6 / time);
  }
  line += fmt::format("  connected to {} members", catch_up.peers);
  if (rate > 0) line += fmt::format("  {:.1f} s left", static_cast<double>(missing - done) / rate);
  return line;
}

}  // namespace tessera::tool::demo
