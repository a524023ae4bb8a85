#pragma once

#include <string>
#include <vector>

/// A picture of curves over time.
namespace tessera::tool::bench {

struct Curve {
  struct Point {
    double seconds = 0;
    double value = 0;
  };
  std::string name;
  std::vector<Point> points;  ///< by time, ascending
};

struct Panel {
  std::string title;
  std::vector<Curve> curves;
};

/// One SVG document that needs nothing else, the panels one below the other.
[[nodiscard]] std::string svg_document(const std::string& title, const std::vector<Panel>& panels);

}  // namespace tessera::tool::bench
