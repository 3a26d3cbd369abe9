"""Curves of a training as SVG text, made without any library: for a page that may hold no script."""

from collections.abc import Sequence
from html import escape

from cnn_tui.results.run_report import NamedCurve

WIDTH, HEIGHT = 440, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 12, 34
_TICKS = 4


def curves_svg(quantity: str, curves: Sequence[NamedCurve]) -> str:
    """The curves of one quantity over the epochs: the training a line, the validation dashed with dots."""
    shown = [curve for curve in curves if curve.quantity == quantity and curve.points]
    points = [point for curve in shown for point in curve.points]
    if not points:
        return ""
    scale = _Scale([x for x, _ in points], [y for _, y in points])
    parts = [_axes(scale), *(_line(curve, scale) for curve in shown), _legend(shown)]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(quantity)} over the epochs">'
        f"<title>{escape(quantity)} over the epochs</title>{''.join(parts)}</svg>"
    )


class _Scale:
    """From epochs and values to places in the drawing."""

    def __init__(self, epochs: list[float], values: list[float]) -> None:
        self.first, self.last = min(epochs), max(epochs)
        self.low, self.high = min(values), max(values)

    def x(self, epoch: float) -> float:
        span = self.last - self.first
        share = (epoch - self.first) / span if span else 0.5
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.5
        return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)


def _axes(scale: _Scale) -> str:
    """Lines across with their values, and the epochs below."""
    parts = []
    values = [scale.low + (scale.high - scale.low) * step / _TICKS for step in range(_TICKS + 1)]
    for value in values if scale.high > scale.low else [scale.low]:
        y = scale.y(value)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="tick" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>')
    span = max(1, round((scale.last - scale.first) / 6))
    epochs = range(round(scale.first), round(scale.last) + 1, span)
    for epoch in epochs:
        parts.append(
            f'<text class="tick" x="{scale.x(epoch):.1f}" y="{HEIGHT - _BOTTOM + 16}" text-anchor="middle">'
            f"{epoch:,}</text>"
        )
    parts.append(f'<text class="tick" x="{WIDTH - _RIGHT}" y="{HEIGHT - 4}" text-anchor="end">epoch</text>')
    return "".join(parts)


def _line(curve: NamedCurve, scale: _Scale) -> str:
    places = [(f"{scale.x(x):.1f}", f"{scale.y(y):.1f}") for x, y in curve.points]
    kind = "train" if curve.part == "train" else "validation"
    line = f'<polyline class="{kind}" points="{" ".join(f"{x},{y}" for x, y in places)}"/>'
    few = len(places) <= 100
    dots = "".join(f'<circle class="{kind}" cx="{x}" cy="{y}" r="2.5"/>' for x, y in places) if few else ""
    return line + dots


def _legend(curves: Sequence[NamedCurve]) -> str:
    parts = []
    for place, curve in enumerate(curves):
        x, y = _LEFT + 110 * place, HEIGHT - 8
        kind = "train" if curve.part == "train" else "validation"
        parts.append(f'<polyline class="{kind}" points="{x},{y} {x + 22},{y}"/>')
        parts.append(f'<text class="tick" x="{x + 27}" y="{y + 4}">{escape(curve.part)}</text>')
    return "".join(parts)
