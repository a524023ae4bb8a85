"""A page of small line charts, as SVG text."""

import html
import math

WIDTH, HEIGHT = 420, 270  # of a chart with what belongs to it
LEFT, RIGHT, TOP, BOTTOM = 64, 26, 52, 46
COLUMNS = 3
COLOURS = ("#0b6bcb", "#c2410c", "#15803d", "#7e22ce", "#a16207")


def page(title, charts):
    """A chart: title, x_label, y_label, log_x, and curves: names to lists of (x, y, low, high)."""
    columns = min(COLUMNS, max(1, len(charts)))
    rows = math.ceil(len(charts) / columns)
    width, height = columns * WIDTH, rows * HEIGHT + 40
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
             f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
             '<rect width="100%" height="100%" fill="white"/>',
             _text(LEFT / 2, 26, title, size=16)]
    for at, chart in enumerate(charts):
        place = at % columns * WIDTH, at // columns * HEIGHT + 40
        parts += [f'<g transform="translate({place[0]} {place[1]})">', *_chart(chart), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def number(value):
    """As short as it can be read: 0.25, 12, 1.5k, 2M."""
    for scale, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= scale:
            return f"{value / scale:.3g}{unit}"
    return f"{value:.3g}"


def _chart(chart):
    points = [point for curve in chart["curves"].values() for point in curve]
    xs = sorted({x for x, *_ in points})
    ticks = _ticks(max(high for *_, high in points))
    # A logarithm of nothing there is none of: such an axis has its points at equal distances.
    even = chart.get("log_x") and xs[0] <= 0
    scale = (lambda x: xs.index(x)) if even else math.log if chart.get("log_x") else float
    first, span = scale(xs[0]), scale(xs[-1]) - scale(xs[0]) or 1.0

    def across(x):
        return LEFT + (scale(x) - first) / span * (WIDTH - LEFT - RIGHT)

    def down(y):
        return HEIGHT - BOTTOM - y / ticks[-1] * (HEIGHT - TOP - BOTTOM)

    parts = [_text(LEFT - 44, 16, chart["title"], size=13),
             _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, chart["x_label"], anchor="middle"),
             f'<text transform="translate(14 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" '
             f'text-anchor="middle" fill="#444">{html.escape(chart["y_label"])}</text>']
    for tick in ticks:
        parts += [_line((LEFT, down(tick)), (WIDTH - RIGHT, down(tick)), "#ddd"),
                  _text(LEFT - 6, down(tick) + 4, number(tick), anchor="end")]
    for x in xs:
        parts += [_line((across(x), down(0)), (across(x), down(0) + 4), "#888"),
                  _text(across(x), HEIGHT - BOTTOM + 17, number(x), anchor="middle")]
    parts.append(_line((LEFT, down(0)), (WIDTH - RIGHT, down(0)), "#888"))
    for (name, curve), colour in zip(chart["curves"].items(), COLOURS):
        parts += _curve([(across(x), down(y), down(low), down(high)) for x, y, low, high in curve],
                        colour)
        if len(chart["curves"]) > 1:
            place = LEFT + list(chart["curves"]).index(name) * 110
            parts += [_line((place, 32), (place + 16, 32), colour, 2),
                      _text(place + 20, 36, name)]
    return parts


def _curve(points, colour):
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, *_ in points)
    parts = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>']
    for x, y, low, high in points:
        parts += [_line((x, low), (x, high), colour),
                  f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>']
    return parts


def _ticks(most):
    """From 0 on, so that nothing looks larger than it is."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough)
    return [step * at for at in range(math.ceil(most / step) + 1)]


def _line(begin, end, colour, width=1):
    return (f'<line x1="{begin[0]:.1f}" y1="{begin[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
            f'stroke="{colour}" stroke-width="{width}"/>')


def _text(x, y, text, anchor="start", size=12):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
            f'fill="#222">{html.escape(text)}</text>')
