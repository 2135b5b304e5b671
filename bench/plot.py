#!/usr/bin/env python3
"""Draws what `vkgan bench growth --json` or bench/compare_pytorch.py --json wrote, as SVG. Needs Python alone.
SPDX-License-Identifier: MIT

Usage: bench/plot.py OUT.svg FILE.json
growth: cost relative to the median point, by image, pixel and FLOP, over the batch and over the image's side; level is flat.
compare_pytorch: PyTorch's time divided by VkGAN's, a bar from the smallest to the largest pair, a tick at the median, a dot at the ratio
of the smallest times, and the goal; red where median and dot miss it, ochre where one does.
"""
import json
import math
import statistics
import sys
from html import escape

COLOURS = {"by image": "#0b6e99", "by pixel": "#b35c00", "by FLOP": "#4a7c2c"}
STYLE = "font-family='sans-serif' font-size='12' fill='#222'"


def text(x, y, words, anchor="start", extra=""):
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' {STYLE} {extra}>{escape(words)}</text>"


def line(x1, y1, x2, y2, colour="#ccc", extra=""):
    return f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}' {extra}/>"


def svg(width, height, title, parts):
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' role='img'>"
    back = f"<!-- SPDX-License-Identifier: MIT --><title>{escape(title)}</title><rect width='100%' height='100%' fill='white'/>"
    return "\n".join([head, back, text(20, 24, title, extra="font-weight='bold'"), *parts, "</svg>", ""])


class LogAxis:
    """Positions of values between two ends, by their logarithm."""

    def __init__(self, values, low, high, room=1.15):
        self.first, self.last = math.log(min(values) / room), math.log(max(values) * room)
        self.low, self.high = low, high

    def __call__(self, value):
        return self.low + (math.log(value) - self.first) / (self.last - self.first) * (self.high - self.low)

    def ticks(self):
        """Round numbers, fewer where they would touch; 1 always."""
        chosen = [1]
        for step in (0.5, 2, 4, 0.25, 8, 16, 32, 64, 0.125, 3, 1.5, 0.75, 6, 12, 1.25):
            if self.first <= math.log(step) <= self.last and all(abs(self(step) - self(other)) > 26 for other in chosen):
                chosen.append(step)
        return sorted(chosen)


def growth_panel(points, left, label, name, costs):
    """One series over doubling work: relative cost of each point, in each unit of work."""
    top, bottom, right = 60, 300, left + 300
    levels = [1 + point[key] for point in points for key in costs.values()]
    y = LogAxis([*levels, 0.5, 2], bottom, top)
    x = LogAxis([name(p) for p in points], left, right)
    parts = [line(left, y(tick), right, y(tick), "#888" if tick == 1 else "#e4e4e4") + text(left - 6, y(tick) + 4, f"{tick:g}", "end")
             for tick in y.ticks()]
    parts += [text(x(name(p)), bottom + 18, f"{name(p):g}", "middle") for p in points]
    parts.append(text((left + right) / 2, bottom + 38, label, "middle"))
    for i, (unit, key) in enumerate(costs.items()):
        at = [(x(name(p)), y(1 + p[key])) for p in points]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in at)
        parts.append(f"<polyline points='{path}' fill='none' stroke='{COLOURS[unit]}' stroke-width='2' "
                     f"stroke-dasharray='{6 * i} {4 * i}'/>")
        parts += [f"<circle cx='{a:.1f}' cy='{b:.1f}' r='3.5' fill='{COLOURS[unit]}'/>" for a, b in at]
        parts.append(text(left + 8 + 80 * i, top - 8, unit, extra=f"style='fill:{COLOURS[unit]}'"))
    return parts


def growth(data):
    parts, left = [], 60
    batch = f"batch, at {math.isqrt(data['batches'][0]['pixels'])} pixels a side" if data["batches"] else ""
    side = f"image's side in pixels, at a batch of {data['images'][0]['batch']}" if data["images"] else ""
    panels = [(data["batches"], batch, lambda p: p["batch"], {"by image": "off_flat_image", "by FLOP": "off_flat_flop"}),
              (data["images"], side, lambda p: math.sqrt(p["pixels"]), {"by pixel": "off_flat_pixel", "by FLOP": "off_flat_flop"})]
    for points, label, name, costs in panels:
        if points:
            parts += growth_panel(points, left, label, name, costs)
            left += 360
    return svg(left, 350, f"Cost of a training step of {data['recipe']} relative to its median point, {data['device']}", parts)


def comparison(data):
    best = lambda work, run: min(run["ms"]) / min(work["vkgan_ms"])
    rows = [(f"{name}, {mode}", run["ratios"], best(work, run), work["goal"]) for name, work in data["workloads"].items()
            for mode, run in work["pytorch"].items()]
    left, right, step = 230, 660, 34
    x = LogAxis([r for _, ratios, dot, goal in rows for r in (*ratios, dot, goal, 1)], left, right)
    bottom = 60 + step * len(rows)
    parts = [line(x(t), 44, x(t), bottom, "#888" if t == 1 else "#e4e4e4") for t in x.ticks()]
    parts += [text(x(t), bottom + 16, f"{t:g}", "middle") for t in x.ticks()]
    for i, (name, ratios, dot, goal) in enumerate(rows):
        y, middle = 66 + step * i, statistics.median(ratios)
        colour = ("#b3261e", "#b37f00", "#4a7c2c")[(middle >= goal) + (dot >= goal)]
        start, width = x(min(ratios)), max(2, x(max(ratios)) - x(min(ratios)))
        parts.append(text(left - 10, y + 4, name, "end"))
        parts.append(f"<rect x='{start:.1f}' y='{y - 7}' width='{width:.1f}' height='14' fill='{colour}' fill-opacity='0.35'/>")
        parts.append(line(x(middle), y - 10, x(middle), y + 10, colour, "stroke-width='3'"))
        parts.append(line(x(goal), y - 12, x(goal), y + 12, "#222", "stroke-dasharray='3 2'"))
        parts.append(f"<circle cx='{x(dot):.1f}' cy='{y}' r='4' fill='{colour}'/>")
        parts.append(text(right + 8, y + 4, f"{middle:.2f}, {dot:.2f}"))
    legend = f"PyTorch {data['torch']}'s time / VkGAN's, {data['threads']} threads: tick: median, dot: of the smallest times, dashed: goal"
    parts.append(text(left - 90, bottom + 36, legend))
    return svg(760, bottom + 50, f"{data['pairs']} interleaved pairs, {data['date']}, {data['vkgan_on']}", parts)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[2]) as file:
        data = json.load(file)
    if "workloads" not in data and "batches" not in data:
        sys.exit(f"{sys.argv[2]} is neither of `vkgan bench growth --json` nor of compare_pytorch.py --json")
    with open(sys.argv[1], "w") as file:
        file.write(comparison(data) if "workloads" in data else growth(data))


if __name__ == "__main__":
    main()
