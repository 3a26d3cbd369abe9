"""The runs of a folder: a line each, with how its loss went as a sparkline; those looked at together have a mark."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style

from cnn_tui.runs.overview import RunLine
from cnn_tui.text import clean
from cnn_tui.ui.run_marks import Mark
from cnn_tui.ui.widgets.line_table import LineTable

STATE_SIGNS = {
    "starting": "…",
    "training": "▶",
    "paused": "‖",
    "done": "✓",
    "stopped": "■",
    "interrupted": "⚠",
    "diverged": "✗",
    "failed": "✗",
}
_SPARKS = "▁▂▃▄▅▆▇█"
_SPARK_CELLS, _LEAST_NAME = 10, 14
_FIXED = 14 + 12 + 9
"""Cells of state, epochs and accuracy, which always stand."""
_LOSS, _SPEED, _WHEN = _SPARK_CELLS + 1, 11, 17
"""Cells of what stands where there is room, in this order of importance: loss, when, speed."""


class RunTable(LineTable):
    """Draws the runs in view."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"runs--live", "runs--bad"}
    DEFAULT_CSS: ClassVar[str] = """
    RunTable > .runs--live { color: $accent; text-style: bold; }
    RunTable > .runs--bad { color: $text-warning; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[RunLine, ...] = ()
        self._marks: Mapping[Path, Mark] = {}

    def show(self, lines: Sequence[RunLine], marks: Mapping[Path, Mark]) -> None:
        """Draws these runs; the cursor stays on its run where that is still there."""
        before = self.run
        self._lines, self._marks = tuple(lines), marks
        self.count = len(lines)
        if before is not None and before != self.run:
            place = next((at for at, line in enumerate(lines) if line.run == before.run), None)
            if place is not None:
                self.move_to(place)

    @property
    def run(self) -> RunLine | None:
        """The run under the cursor."""
        return self._lines[self.line] if self.line < len(self._lines) else None

    def header(self, width: int) -> str:
        """The names of the columns that have room."""
        name, loss, when, speed = self._widths(width)
        words = f"  {'run':<{name - 2}}{'state':<14}{'epochs':>11} {'val acc.':>8} "
        words += f"{'loss':<{_SPARK_CELLS}} " if loss else ""
        words += f"{'images/s':>{_SPEED - 1}} " if speed else ""
        return words + (f"{'when':<{_WHEN}}" if when else "")

    def cells(self, line: int, width: int) -> list[Segment]:
        """One run."""
        shown = self._lines[line]
        name, loss, when, speed = self._widths(width)
        best = "" if shown.best is None else f"{shown.best:.4f}"
        of = f" of {shown.epochs_wanted:,}" if shown.epochs_wanted else ""
        after = f"{f'{shown.epochs:,}{of}':>11} {best:>8} "
        after += f"{sparkline(shown.losses, _SPARK_CELLS):<{_SPARK_CELLS}} " if loss else ""
        images = f"{shown.images_per_second:,.0f}" if shown.images_per_second else ""
        after += f"{images:>{_SPEED - 1}} " if speed else ""
        after += f"{datetime.fromtimestamp(shown.made):%Y-%m-%d %H:%M}" if when else ""
        state = f"{STATE_SIGNS.get(shown.state, '·')} {shown.state}"
        return [
            self._mark(shown),
            Segment(set_cell_size(clean(shown.run.name, name - 3), name - 2)),
            Segment(f"{state:<14}", self._state_style(shown.state)),
            Segment(after),
        ]

    def _mark(self, line: RunLine) -> Segment:
        mark = self._marks.get(line.run.path)
        if mark is None:
            return Segment("  ")
        return Segment(f"{mark.sign} ", Style(color=self.app.theme_variables[mark.colour], bold=True))

    def _state_style(self, state: str) -> Style | None:
        if state in ("starting", "training", "paused"):
            return self.get_component_rich_style("runs--live", partial=True)
        bad = state in ("interrupted", "diverged", "failed")
        return self.get_component_rich_style("runs--bad", partial=True) if bad else None

    def _widths(self, width: int) -> tuple[int, bool, bool, bool]:
        """The room for the name, and which of loss, date and speed are shown."""
        room = width - _FIXED - _LEAST_NAME - 12
        shown = []
        for cells in (_LOSS, _WHEN, _SPEED):
            fits = room >= cells
            room -= cells if fits else 0
            shown.append(fits)
        loss, when, speed = shown
        return _LEAST_NAME + 12 + max(0, room), loss, when, speed


def sparkline(values: Sequence[float | None], cells: int) -> str:
    """The last values as bars, from the least to the greatest; × where there was no number."""
    if not values:
        return ""
    step = max(1, -(-len(values) // cells))
    shown = [values[min(place + step, len(values)) - 1] for place in range(0, len(values), step)]
    numbers = [value for value in shown if value is not None and isfinite(value)]
    low, span = (min(numbers), max(numbers) - min(numbers)) if numbers else (0.0, 0.0)

    def bar(value: float | None) -> str:
        if value is None or not isfinite(value):
            return "×"
        return _SPARKS[round((value - low) / span * (len(_SPARKS) - 1))] if span else _SPARKS[3]

    return "".join(map(bar, shown))
