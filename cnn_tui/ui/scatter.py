"""Predicted against true numbers as lines of text: dots in braille, the line on which all would be right."""

from typing import TYPE_CHECKING, Any

from cnn_tui.ui.braille import ACROSS, DOWN, Braille
from cnn_tui.ui.chart import Line, joined
from cnn_tui.ui.ticks import even_ticks

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

CHOSEN, RIGHT = "●", "·"
"""The image in view, and where all would be right."""
_LINES_PER_TICK, _COLUMNS_PER_TICK = 4, 12
_GAP = 2
"""Columns from one sign of the line to the next."""


def scatter_lines(true: "Array", predicted: "Array", chosen: int | None, width: int, height: int) -> list[Line]:
    """The plot in so many cells: true numbers go across, predicted ones up; both axes have the same ends."""
    low, high = _ends(true, predicted)
    rows = max(1, height - 1)
    ticks = even_ticks(low, high, max(2, rows // _LINES_PER_TICK))
    labels = {_row(tick, low, high, rows): f"{tick:.4g}" for tick in ticks}
    margin = max(map(len, labels.values()))
    columns = max(1, width - margin - 1)
    raster = _raster(true, predicted, chosen, (low, high), (columns, rows))
    body = [
        [(labels.get(row, "").rjust(margin) + ("┤" if row in labels else "│"), "muted"), *joined(cells)]
        for row, cells in enumerate(raster.rows())
    ]
    return [*body, _axis(low, high, margin + 1, columns)]


def _ends(true: "Array", predicted: "Array") -> tuple[float, float]:
    """The least and the greatest of all; what is no number has no place."""
    import numpy as np

    both = np.concatenate([true, predicted])
    both = both[np.isfinite(both)]
    if not both.size:
        return 0.0, 1.0
    low, high = float(both.min()), float(both.max())
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _raster(
    true: "Array", predicted: "Array", chosen: int | None, ends: tuple[float, float], size: tuple[int, int]
) -> Braille:
    import numpy as np

    (low, high), (columns, rows) = ends, size
    across, down = columns * ACROSS - 1, rows * DOWN - 1
    raster = Braille(columns, rows)
    for column in range(0, columns, _GAP):
        raster.sign(column, int((1 - column / max(1, columns - 1)) * (rows - 1) + 0.5), RIGHT, "muted")
    x = (true.astype(float) - low) / (high - low) * across
    y = down - (predicted.astype(float) - low) / (high - low) * down
    seen = np.isfinite(x) & np.isfinite(y)
    dots = np.unique(np.stack([x[seen], y[seen]], axis=1).astype(int), axis=0)
    for dot in dots.tolist():
        raster.line([(dot[0], dot[1])], "train")
    if chosen is not None and seen[chosen]:
        raster.sign(int(x[chosen]) // ACROSS, int(y[chosen]) // DOWN, CHOSEN, "accent")
    return raster


def _row(value: float, low: float, high: float, rows: int) -> int:
    """The line in which a value stands, from the top."""
    return int((high - value) / (high - low) * (rows * DOWN - 1)) // DOWN


def _axis(low: float, high: float, margin: int, columns: int) -> Line:
    """The numbers under the plot, each under its place, as many as have room."""
    line = [" "] * (margin + columns)
    for tick in even_ticks(low, high, max(2, columns // _COLUMNS_PER_TICK)):
        text = f"{tick:.4g}"
        place = margin + round((tick - low) / (high - low) * (columns - 1)) - len(text) // 2
        place = max(margin, min(place, margin + columns - len(text)))
        if not "".join(line[max(margin, place - 1) : place + len(text) + 1]).strip():
            line[place : place + len(text)] = text
    return [("".join(line)[: margin + columns], "muted")]
