#include <tessera/runtime/tool/bench/svg_chart.h>
#include <tessera/runtime/tool/demo/chart.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace tessera::tool::bench {
namespace {

using demo::escaped;

constexpr double width = 900;
constexpr double panel_height = 260;  // with names in one line
constexpr double name_line = 16;
constexpr double letter = 6.6;  // a wide guess: nobody measures text here
constexpr double left = 80;
constexpr double right = 20;
constexpr double top = 44;
constexpr double bottom = 34;
constexpr double heading = 30;
constexpr int grid_lines = 4;
constexpr std::array<std::string_view, 6> colours = {"#2563eb", "#d97706", "#059669",
                                                     "#9333ea", "#dc2626", "#0891b2"};

/// A round number not below `value`: 1, 2 or 5 times a power of ten.
double round_up(double value) {
  const double power = std::pow(10.0, std::floor(std::log10(std::max(value, 1e-9))));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (power * factor >= value) return power * factor;
  }
  return power * 10;
}

/// "1.2M", "350k", "0.5".
std::string short_number(double value) {
  if (value >= 1e9) return fmt::format("{:.4g}G", value / 1e9);
  if (value >= 1e6) return fmt::format("{:.4g}M", value / 1e6);
  if (value >= 1e3) return fmt::format("{:.4g}k", value / 1e3);
  return fmt::format("{:.4g}", value);
}

/// How the names of a panel's curves are set: in columns that hold the longest.
struct Names {
  explicit Names(const Panel& panel) {
    std::size_t longest = 0;
    for (const Curve& curve : panel.curves) longest = std::max(longest, curve.name.size());
    column = std::max(150.0, 25 + letter * static_cast<double>(longest));
    in_line = std::max<std::size_t>(1, static_cast<std::size_t>((width - left - right) / column));
    lines = std::max<std::size_t>(1, (panel.curves.size() + in_line - 1) / in_line);
  }
  /// What the lines behind the first take.
  [[nodiscard]] double more() const { return static_cast<double>(lines - 1) * name_line; }

  double column = 0;
  std::size_t in_line = 1;
  std::size_t lines = 1;
};

double height_of(const Panel& panel) { return panel_height + Names(panel).more(); }

/// Where values lie in one panel.
struct Scale {
  double offset = 0;  ///< of what is below the lines of names behind the first
  double seconds_max = 1;
  double value_max = 1;

  [[nodiscard]] double x(double seconds) const {
    return left + seconds / seconds_max * (width - left - right);
  }
  [[nodiscard]] double y(double value) const {
    return offset + panel_height - bottom - value / value_max * (panel_height - top - bottom);
  }
};

Scale scale_of(const Panel& panel, double offset) {
  Scale scale;
  scale.offset = offset;
  double seconds = 0;
  double value = 0;
  for (const Curve& curve : panel.curves) {
    for (const Curve::Point& point : curve.points) {
      seconds = std::max(seconds, point.seconds);
      value = std::max(value, point.value);
    }
  }
  scale.seconds_max = seconds > 0 ? seconds : 1;
  scale.value_max = value > 0 ? round_up(value) : 1;
  return scale;
}

/// A place in the picture, and how text lies about it.
struct Spot {
  double x;
  double y;
  const char* anchor;
};

std::string text_at(const Spot& spot, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", spot.x,
                     spot.y, spot.anchor, escaped(text));
}

std::string axes(const Scale& scale) {
  std::string svg;
  for (int line = 0; line <= grid_lines; ++line) {
    const double value = scale.value_max * line / grid_lines;
    const double y = scale.y(value);
    svg += fmt::format(
        "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#d1d5db\"/>\n",
        left, width - right, y, y);
    svg += text_at({left - 6, y + 4, "end"}, short_number(value));
  }
  const double step = round_up(scale.seconds_max / 10);
  for (int tick = 0; tick * step <= scale.seconds_max; ++tick) {
    svg += text_at({scale.x(tick * step), scale.offset + panel_height - bottom + 18, "middle"},
                   fmt::format("{:g} s", tick * step));
  }
  return svg;
}

std::string curve_line(const Curve& curve, const Scale& scale, std::string_view colour) {
  std::string points;
  for (const Curve::Point& point : curve.points) {
    points += fmt::format("{:.1f},{:.1f} ", scale.x(point.seconds), scale.y(point.value));
  }
  return fmt::format("<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"2\" points=\"{}\"/>\n",
                     colour, points);
}

std::string panel_picture(const Panel& panel, double offset) {
  const Names names(panel);
  const Scale scale = scale_of(panel, offset + names.more());
  std::string svg = text_at({left, offset + 14, "start"}, panel.title) + axes(scale);
  for (std::size_t at = 0; at < panel.curves.size(); ++at) {
    const std::string_view colour = colours[at % colours.size()];
    svg += curve_line(panel.curves[at], scale, colour);
    const double x = left + static_cast<double>(at % names.in_line) * names.column;
    const double y = offset + 30 + static_cast<double>(at / names.in_line) * name_line;
    svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"10\" height=\"10\" fill=\"{}\"/>\n",
                       x, y - 9, colour);
    svg += text_at({x + 15, y, "start"}, panel.curves[at].name);
  }
  return svg;
}

}  // namespace

std::string svg_document(const std::string& title, const std::vector<Panel>& panels) {
  double height = heading;
  for (const Panel& panel : panels) height += height_of(panel);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" font-family=\"sans-serif\" font-size=\"12\">\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
      width, height);
  svg += text_at({left, 20, "start"}, title);
  double offset = heading;
  for (const Panel& panel : panels) {
    svg += panel_picture(panel, offset);
    offset += height_of(panel);
  }
  return svg + "</svg>\n";
}

}  // namespace tessera::tool::bench
