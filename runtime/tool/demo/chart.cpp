#include <tessera/runtime/tool/demo/chart.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tessera::tool::demo {
namespace {

constexpr double width = 900;
constexpr double height = 260;
constexpr double left = 60;
constexpr double right = 20;
constexpr double top = 36;
constexpr double bottom = 30;
constexpr Millis bucket{200};
constexpr std::array<std::string_view, 4> colours = {"#2563eb", "#d97706", "#059669", "#9333ea"};

double seconds(Millis duration) { return std::chrono::duration<double>(duration).count(); }

/// Where values lie in the picture.
struct Scale {
  double time_max = 1;
  double value_max = 1;

  [[nodiscard]] double x(Millis at) const {
    return left + std::clamp(seconds(at) / time_max, 0.0, 1.0) * (width - left - right);
  }
  [[nodiscard]] double y(double value) const {
    return height - bottom - std::min(1.0, value / value_max) * (height - top - bottom);
  }
};

/// A round number not below `value`: 1, 2 or 5 times a power of ten.
double round_up(double value) {
  double power = 1;
  while (power * 10 < value) power *= 10;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (power * factor >= value) return power * factor;
  }
  return power * 10;
}

/// A place in the picture, in its own units, and how text lies about it.
struct Spot {
  double x;
  double y;
  const char* anchor;
};

std::string text_at(Spot spot, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>", spot.x, spot.y,
                     spot.anchor, escaped(text));
}

std::string axes(const Scale& scale) {
  std::string svg;
  for (int step = 0; step <= 4; ++step) {
    const double value = scale.value_max * step / 4;
    const double y = scale.y(value);
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" "
        "y2=\"{:.1f}\"/>",
        left, width - right, y, y);
    svg += text_at({left - 6, y + 4, "end"}, fmt::format("{:.0f}", value));
  }
  const double step = std::max(1.0, round_up(scale.time_max / 12));
  for (double at = 0; at <= scale.time_max; at += step) {
    const double x = scale.x(Millis(static_cast<Millis::rep>(at * 1000)));
    svg += text_at({x, height - bottom + 18, "middle"}, fmt::format("{:.0f} s", at));
  }
  return svg;
}

std::string marker(const Scale& scale, Millis at, std::string_view label) {
  const double x = scale.x(at);
  return fmt::format(
             "<line class=\"marker\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" "
             "y2=\"{2}\"/>",
             x, top, height - bottom) +
         text_at({x + 4, top + 12, "start"}, label);
}

/// What both pictures show behind their curves.
std::string events(const Record& record, const Scale& scale) {
  std::string svg;
  if (record.killed) {
    const Record::Gap gap = record.gap();
    svg += fmt::format(
        "<rect class=\"gap\" x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" "
        "height=\"{}\"/>",
        scale.x(gap.from), top, scale.x(gap.to) - scale.x(gap.from), height - top - bottom);
    svg += marker(scale, *record.killed, "leader killed");
  }
  double row = 4;
  for (const CatchUp& each : record.catch_ups) {
    if (!each.finished) continue;
    const double from = scale.x(each.began);
    const double to = std::max(from + 2, scale.x(*each.finished));
    svg += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"10\" rx=\"2\" "
        "fill=\"{}\"/>",
        from, row, to - from, colours[each.place % colours.size()]);
    const std::string label = fmt::format("node {} {}", each.place + 1,
                                          each.fresh ? "joins and catches up" : "catches up");
    svg += text_at({from - 6, row + 9, "end"}, label);
    row += 14;
  }
  return svg;
}

std::string framed(const std::string& content) {
  return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\">{}</svg>\n", width, height, content);
}

double last_moment(const Record& record) {
  return record.samples.empty() ? 1.0 : std::max(1.0, seconds(record.samples.back().at));
}

}  // namespace

std::string throughput_chart(const Record& record) {
  Scale scale;
  scale.time_max = last_moment(record);
  std::vector<std::size_t> counts(
      static_cast<std::size_t>(scale.time_max * 1000 / static_cast<double>(bucket.count())) + 2);
  for (const Millis since : record.progress.acknowledged_at) {
    const auto at = static_cast<std::size_t>((record.load_began + since) / bucket);
    if (at < counts.size()) ++counts[at];
  }
  const double per_second = 1.0 / seconds(bucket);
  const std::size_t most = *std::max_element(counts.begin(), counts.end());
  scale.value_max = round_up(std::max(1.0, static_cast<double>(most) * per_second));
  std::string curve;
  for (std::size_t at = 0; at < counts.size(); ++at) {
    const auto middle = bucket * static_cast<Millis::rep>(at) + bucket / 2;
    curve += fmt::format("{:.1f},{:.1f} ", scale.x(middle),
                         scale.y(static_cast<double>(counts[at]) * per_second));
  }
  return framed(
      axes(scale) + events(record, scale) +
      fmt::format("<polyline class=\"curve\" stroke=\"{}\" points=\"{}\"/>", colours[0], curve));
}

std::string positions_chart(const Record& record) {
  Scale scale;
  scale.time_max = last_moment(record);
  std::uint64_t most = 1;
  for (const Sample& sample : record.samples) {
    for (const auto& applied : sample.applied) most = std::max(most, applied.value_or(0));
  }
  scale.value_max = round_up(static_cast<double>(most));
  std::string svg = axes(scale) + events(record, scale);
  for (std::size_t place = 0; place < colours.size(); ++place) {
    // A member that does not answer leaves a hole in its line.
    std::string points;
    const auto end_line = [&] {
      if (!points.empty()) {
        svg += fmt::format("<polyline class=\"curve\" stroke=\"{}\" points=\"{}\"/>",
                           colours[place], points);
      }
      points.clear();
    };
    for (const Sample& sample : record.samples) {
      const auto applied = place < sample.applied.size() ? sample.applied[place] : std::nullopt;
      if (!applied) {
        end_line();
        continue;
      }
      points +=
          fmt::format("{:.1f},{:.1f} ", scale.x(sample.at), scale.y(static_cast<double>(*applied)));
    }
    end_line();
    svg += fmt::format("<rect x=\"{0}\" y=\"{1}\" width=\"10\" height=\"10\" fill=\"{2}\"/>",
                       left + 10, top + 6 + 16 * static_cast<double>(place), colours[place]);
    svg += text_at({left + 26, top + 15 + 16 * static_cast<double>(place), "start"},
                   fmt::format("node {}", place + 1));
  }
  return framed(svg);
}

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

}  // namespace tessera::tool::demo
