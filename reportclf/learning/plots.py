"""Plots as small SVG files, written by hand: no plotting library is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_SIDE = 320
_EDGE = 48


def line_plot(
    title: str,
    across: str,
    up: str,
    lines: Mapping[str, Sequence[tuple[float, float]]],
    diagonal: bool = False,
) -> str:
    """Return an SVG of lines over the unit square.

    Parameters
    ----------
    title, across, up : str
        Texts of the plot and its axes.
    lines : mapping
        Name to (x, y) points, each from 0 to 1.
    diagonal : bool
        Whether to draw y = x.
    """
    size = _SIDE + 2 * _EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size + 160}" height="{size}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{size + 160}" height="{size}" fill="white"/>',
        f'<text x="{_EDGE}" y="24" font-size="14">{escape(title)}</text>',
    ]
    for step in range(6):
        value = step / 5
        parts.append(_segment((0, value), (1, value), "#ddd"))
        parts.append(_text(0, value, f"{value:.1f}", "end", -6, 4))
        parts.append(_text(value, 0, f"{value:.1f}", "middle", 0, 16))
    parts.append(_text(0.5, 0, across, "middle", 0, 36))
    middle = _EDGE + _SIDE / 2
    parts.append(
        f'<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle">{escape(up)}</text>'
    )
    if diagonal:
        parts.append(_segment((0, 0), (1, 1), "#999"))
    for number, (name, points) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.extend(
            f'<circle cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="3" fill="{colour}"/>' for x, y in points
        )
        parts.append(
            f'<text x="{_EDGE + _SIDE + 12}" y="{_EDGE + 16 * number}" fill="{colour}">{escape(name)}</text>'
        )
    return "\n".join([*parts, "</svg>\n"])


_COLOURS = ("#1b6ca8", "#c0392b", "#27874a", "#8e44ad", "#b9770e", "#555555")


def _x(value: float) -> float:
    return _EDGE + value * _SIDE


def _y(value: float) -> float:
    return _EDGE + (1 - value) * _SIDE


def _segment(first: tuple[float, float], last: tuple[float, float], colour: str) -> str:
    return f'<line x1="{_x(first[0])}" y1="{_y(first[1])}" x2="{_x(last[0])}" y2="{_y(last[1])}" stroke="{colour}"/>'


def _text(x: float, y: float, words: str, anchor: str, right: int, down: int) -> str:
    return f'<text x="{_x(x) + right}" y="{_y(y) + down}" text-anchor="{anchor}">{escape(words)}</text>'


def plots(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return file name to SVG for an evaluation: reliability, risk-coverage, learning curve."""
    sets = figures["sets"]
    found = {
        "reliability.svg": line_plot(
            "Reliability",
            "confidence",
            "share right",
            {
                name: [
                    (bin_["said"], bin_["was"])
                    for bin_ in one["report"]["calibration"]["reliability"]
                ]
                for name, one in sets.items()
            },
            diagonal=True,
        ),
        "risk_coverage.svg": line_plot(
            "Accuracy on the surest reports",
            "share of reports answered",
            "accuracy",
            {
                name: [
                    (point["coverage"], point["accuracy"])
                    for point in one["report"]["risk_coverage"]
                ]
                for name, one in sets.items()
            },
        ),
    }
    curve = figures.get("ablations", {}).get("learning_curve")
    if curve:
        found["learning_curve.svg"] = line_plot(
            "Learning curve",
            "share of the training reports",
            "macro-F1",
            {name: [(point["share"], point[name]["macro_f1"]) for point in curve] for name in sets},
        )
    return found
