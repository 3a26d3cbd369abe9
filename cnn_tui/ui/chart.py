"""A plot of one quantity of a run as lines of text: curves in braille, axes, the best epoch, what happened."""

from math import log10

from msgspec import Struct

from cnn_tui.results.curves import Curve, decimated, smoothed
from cnn_tui.ui.braille import ACROSS, DOWN, Braille
from cnn_tui.ui.ticks import epoch_ticks, even_ticks

TRAIN_MARK, VALIDATION_MARK, BEST_MARK = "⠒⠒", "●", "★"
_LINES_PER_TICK, _COLUMNS_PER_TICK, _COLUMNS_PER_SIGN = 3, 12, 4

Line = list[tuple[str, str]]
"""The parts of a line: text, and the name of its style."""


class Chart(Struct, frozen=True, kw_only=True):
    """What is drawn, and how."""

    training: Curve = ()
    validation: Curve = ()
    best: float | None = None
    """The epoch with the best weights."""
    happenings: tuple[tuple[float, str], ...] = ()
    """Epochs trained by then, and the sign for it."""
    log_scale: bool = False
    smooth: bool = False
    steps: int = 0
    """Steps of an epoch, if the axis is to count those."""
    window: tuple[float, float] | None = None
    """The epochs that are shown; None: all."""


def chart_lines(chart: Chart, width: int, height: int) -> list[Line]:
    """The plot in so many cells."""
    training, validation = (_shown(chart, curve, width) for curve in (chart.training, chart.validation))
    if not training and not validation:
        drawn = chart.training or chart.validation
        return [[("Nothing above 0 to draw." if drawn and chart.log_scale else "Nothing to draw yet.", "muted")]]
    head = [_legend(chart, width)] if height >= 5 else []
    rows = max(1, height - len(head) - 1)
    heights = [y for curve in (training, validation) for _, y in curve]
    low, high = min(heights), max(heights)
    ticks = even_ticks(low, high, max(2, rows // _LINES_PER_TICK))
    labels = {row_of(tick, low, high, rows): _value(tick, chart.log_scale) for tick in ticks}
    margin = max(map(len, labels.values()))
    columns = max(1, width - margin - 1)
    across = _across(chart, training, validation, columns)
    raster = _raster(chart, (training, validation), (across[0], across[-1], low, high), (columns, rows))
    body = [
        [(labels.get(row, "").rjust(margin) + ("┤" if row in labels else "│"), "muted"), *joined(cells)]
        for row, cells in enumerate(raster.rows())
    ]
    return [*head, *body, _axis(chart, across, margin + 1, width)]


def _shown(chart: Chart, curve: Curve, width: int) -> Curve:
    """As it is drawn: within the window with a point on either side, on a logarithmic axis as powers of ten."""
    if chart.smooth and curve is chart.training:
        curve = smoothed(curve)
    if chart.window:
        first, last = chart.window
        inside = [place for place, (x, _) in enumerate(curve) if first <= x <= last]
        curve = curve[max(0, inside[0] - 1) : inside[-1] + 2] if inside else ()
    if chart.log_scale:
        curve = tuple((x, log10(y)) for x, y in curve if y > 0)
    return decimated(curve, width)


def _across(chart: Chart, training: Curve, validation: Curve, columns: int) -> list[float]:
    """The ticks of the axis, in epochs; the first and the last are its ends."""
    first, last = chart.window or (0.0, max(curve[-1][0] for curve in (training, validation) if curve))
    wanted = columns // _COLUMNS_PER_TICK
    if not chart.steps:
        ticks = epoch_ticks(last, wanted, first)
        return ticks if not chart.window else [first, *(tick for tick in ticks if first < tick < last), last]
    ticks = [tick / chart.steps for tick in epoch_ticks(last * chart.steps, wanted, first * chart.steps)]
    return ticks if not chart.window else [first, *(tick for tick in ticks if first < tick < last), last]


def _raster(
    chart: Chart, curves: tuple[Curve, Curve], ends: tuple[float, float, float, float], size: tuple[int, int]
) -> Braille:
    """The curves; signs of the validation over the line of the training, the best epoch over all."""
    raster = Braille(*size)
    first, last, low, high = ends
    across = (size[0] * ACROSS - 1) / max(last - first, 1e-12)

    def dot(point: tuple[float, float]) -> tuple[float, float]:
        return (point[0] - first) * across, share_below_top(point[1], low, high) * (size[1] * DOWN - 1)

    training, validation = curves
    raster.line(map(dot, training), "train")
    raster.line(map(dot, validation), "validation")
    for x, sign in chart.happenings:
        column = int((x - first) * across) // ACROSS
        raster.rule(column, "muted")
        raster.sign(column, size[1] - 1, sign, "strong")
    apart = -(-len(validation) * _COLUMNS_PER_SIGN // size[0])  # signs tell it from the training without colours
    for x, y in map(dot, validation[::-1][:: max(1, apart)]):
        raster.sign(int(x) // ACROSS, int(y) // DOWN, VALIDATION_MARK, "validation")
    best = next((point for point in (*validation, *training) if point[0] == chart.best), None)
    if best:
        x, y = dot(best)
        raster.sign(int(x) // ACROSS, int(y) // DOWN, BEST_MARK, "accent")
    return raster


def _axis(chart: Chart, across: list[float], margin: int, width: int) -> Line:
    """The numbers under the plot, each under its place, as many as have room."""
    line = [" "] * width
    first, last = across[0], across[-1]
    for tick in across:
        number = tick * chart.steps if chart.steps else tick
        text = f"{number:,.0f}" if chart.steps else f"{round(number, 2):,.12g}"
        place = margin + round((tick - first) / max(last - first, 1e-12) * (width - margin - 1))
        place = max(margin, min(place - len(text) // 2, width - len(text)))
        if "".join(line[max(margin, place - 1) : place + len(text) + 1]).strip() == "":
            line[place : place + len(text)] = text
    return [("".join(line)[:width], "muted")]


def _legend(chart: Chart, width: int) -> Line:
    """What is drawn, by which mark, and its newest value; at the right."""
    parts: Line = []
    for name, style, mark, curve in (
        ("train", "train", TRAIN_MARK, chart.training),
        ("val", "validation", VALIDATION_MARK, chart.validation),
    ):
        if curve:
            parts.append((f"  {mark} {name} {_short(curve[-1][1])}", style))
    if chart.best is not None:
        parts.append((f"  {BEST_MARK} best {chart.best:g}", "accent"))
    while len(parts) > 1 and sum(len(text) for text, _ in parts) > width:
        parts.pop()
    room = width - sum(len(text) for text, _ in parts)
    return [(" " * max(0, room), ""), *parts]


def joined(cells: list[tuple[str, str]]) -> Line:
    """Neighbours of one style as one part."""
    line: Line = []
    for character, owner in cells:
        if line and (line[-1][1] == owner or character == " "):
            line[-1] = line[-1][0] + character, line[-1][1]
        else:
            line.append((character, owner))
    return line


def row_of(value: float, low: float, high: float, rows: int) -> int:
    """The line in which a value stands, from the top."""
    return int(share_below_top(value, low, high) * (rows * DOWN - 1)) // DOWN


def share_below_top(value: float, low: float, high: float) -> float:
    """How far below the top it is, from 0 to 1; in the middle where all are the same."""
    return (high - value) / (high - low) if high > low else 0.5


def _value(tick: float, log_scale: bool) -> str:
    return f"{10**tick if log_scale else tick:.3g}"


def _short(value: float) -> str:
    return f"{value:.3f}" if 0.001 <= abs(value) < 100 or value == 0 else f"{value:.2g}"
