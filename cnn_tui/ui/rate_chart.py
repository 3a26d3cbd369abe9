"""A learning-rate range test as lines of text: the loss over the logarithm of the rate, what is suggested marked."""

from math import ceil, floor, log10

from msgspec import Struct

from cnn_tui.spec.rate_curve import RateCurve
from cnn_tui.ui.braille import ACROSS, DOWN, Braille
from cnn_tui.ui.chart import BEST_MARK, TRAIN_MARK, VALIDATION_MARK, Line, joined, row_of, share_below_top
from cnn_tui.ui.ticks import even_ticks

NOW_MARK = VALIDATION_MARK
_LINES_PER_TICK, _COLUMNS_PER_TICK = 3, 6


class _Frame(Struct, frozen=True):
    """The part of the plane that is seen, and in how many cells."""

    first: float
    """The ends of the axis as powers of ten."""
    last: float
    low: float
    high: float
    columns: int
    rows: int

    def dot(self, rate: float, loss: float) -> tuple[float, float]:
        across = (log10(rate) - self.first) / max(self.last - self.first, 1e-12) * (self.columns * ACROSS - 1)
        return across, share_below_top(loss, self.low, self.high) * (self.rows * DOWN - 1)


def rate_lines(curve: RateCurve, now: float, width: int, height: int) -> list[Line]:
    """The curve in so many cells; `now` is the rate that the form has."""
    if not curve.rates:
        return [[("There is nothing to draw.", "muted")]]
    points = [(rate, loss) for rate, loss in zip(curve.rates, curve.smoothed, strict=True) if loss <= curve.top]
    losses = [loss for _, loss in points]
    rows = max(1, height - 2)
    ticks = even_ticks(min(losses), max(losses), max(2, rows // _LINES_PER_TICK))
    labels = {row_of(tick, min(losses), max(losses), rows): f"{tick:.3g}" for tick in ticks}
    margin = max(map(len, labels.values()))
    columns = max(1, width - margin - 1)
    frame = _Frame(log10(points[0][0]), log10(points[-1][0]), min(losses), max(losses), columns, rows)
    body: list[Line] = [
        [(labels.get(row, "").rjust(margin) + ("┤" if row in labels else "│"), "muted"), *joined(cells)]
        for row, cells in enumerate(_raster(curve, points, now, frame).rows())
    ]
    return [_legend(curve, now, frame, width), *body, _axis(frame, margin + 1, width)]


def _raster(curve: RateCurve, points: list[tuple[float, float]], now: float, frame: _Frame) -> Braille:
    """Each loss as a dot, their running mean as a line, and a rule where a rate has a name."""
    raster = Braille(frame.columns, frame.rows)
    for rate, loss in zip(curve.rates, curve.losses, strict=True):
        if frame.low <= loss <= frame.high and rate <= points[-1][0]:
            raster.line([frame.dot(rate, loss)], "dim")
    raster.line((frame.dot(*point) for point in points), "train")
    _name(raster, frame, points, now, NOW_MARK, "strong")
    if curve.advised is not None:
        _name(raster, frame, points, curve.advised, BEST_MARK, "accent")
    return raster


def _name(
    raster: Braille, frame: _Frame, points: list[tuple[float, float]], rate: float, sign: str, style: str
) -> None:
    """A rule at a rate, if it is seen, and its sign on the curve."""
    if frame.first <= log10(rate) <= frame.last:
        x, y = frame.dot(*min(points, key=lambda point: abs(log10(point[0] / rate))))
        raster.rule(int(x) // ACROSS, style)
        raster.sign(int(x) // ACROSS, int(y) // DOWN, sign, style)


def _legend(curve: RateCurve, now: float, frame: _Frame, width: int) -> Line:
    """What is drawn, by which mark; at the right."""
    is_seen = frame.first <= log10(now) <= frame.last
    parts: Line = [
        (f"{TRAIN_MARK} smoothed loss", "train"),
        (f"  {NOW_MARK if is_seen else ''} now {now:.3g}", "strong"),
    ]
    if curve.advised is not None:
        parts.append((f"  {BEST_MARK} suggested {curve.advised:.3g}", "accent"))
    return [(" " * max(0, width - sum(len(text) for text, _ in parts)), ""), *parts]


def _axis(frame: _Frame, margin: int, width: int) -> Line:
    """The powers of ten under their places, as many as have room."""
    powers = range(ceil(frame.first - 1e-9), floor(frame.last + 1e-9) + 1)
    step = max(1, ceil(len(powers) * _COLUMNS_PER_TICK / max(1, width - margin)))
    line = [" "] * width
    for power in powers[::step]:
        text = f"1e{power}" if power < 0 else f"{10**power:g}"
        place = margin + round((power - frame.first) / max(frame.last - frame.first, 1e-12) * (width - margin - 1))
        place = max(margin, min(place - len(text) // 2, width - len(text)))
        line[place : place + len(text)] = text
    return [("".join(line)[:width], "muted")]
