"""The runs and sweeps of a folder: a line each, with how its loss went as a sparkline; what is compared has a mark."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style

from cnn_tui.runs.overview import RunLine
from cnn_tui.runs.sweep_overview import SweepLine
from cnn_tui.text import clean
from cnn_tui.ui.run_list import Line
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
    "pruned": "■",
    "impossible": "✗",
}
SILENT = "⚠ silent"
"""In place of the state of a run whose trainer gives no sign of life."""
SWEEP_SIGN = "▤"
_SPARKS = "▁▂▃▄▅▆▇█"
SPARK_CELLS, _LEAST_NAME = 10, 14
_FIXED = 14 + 12 + 9
"""Cells of state, epochs and accuracy, which always stand."""
_LOSS, _SPEED, _WHEN = SPARK_CELLS + 1, 11, 17
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
        self._lines: tuple[Line, ...] = ()
        self._marks: Mapping[Path, Mark] = {}

    def show(self, lines: Sequence[Line], marks: Mapping[Path, Mark]) -> None:
        """Draws these; the cursor stays on its line where that is still there."""
        before = self._at_cursor
        self._lines, self._marks = tuple(lines), marks
        self.count = len(lines)
        if before is not None and before != self._at_cursor:
            place = next((at for at, line in enumerate(lines) if line.name == before.name), None)
            if place is not None:
                self.move_to(place)

    @property
    def run(self) -> RunLine | None:
        """The run under the cursor."""
        return self._at_cursor if isinstance(self._at_cursor, RunLine) else None

    @property
    def sweep(self) -> SweepLine | None:
        """The sweep under the cursor."""
        return self._at_cursor if isinstance(self._at_cursor, SweepLine) else None

    @property
    def _at_cursor(self) -> Line | None:
        return self._lines[self.line] if self.line < len(self._lines) else None

    def header(self, width: int) -> str:
        """The names of the columns that have room."""
        name, loss, when, speed = self._widths(width)
        words = f"  {'run':<{name - 2}}{'state':<14}{'epochs':>11} {'val acc.':>8} "
        words += f"{'loss':<{SPARK_CELLS}} " if loss else ""
        words += f"{'images/s':>{_SPEED - 1}} " if speed else ""
        return words + (f"{'when':<{_WHEN}}" if when else "")

    def cells(self, line: int, width: int) -> list[Segment]:
        """One run, or one sweep."""
        shown = self._lines[line]
        name, loss, when, speed = self._widths(width)
        best = "" if shown.best is None else f"{shown.best:.4f}"
        run = shown if isinstance(shown, RunLine) else None
        after = f"{_progress(shown):>11} {best:>8} "
        after += f"{sparkline(run.losses if run else (), SPARK_CELLS):<{SPARK_CELLS}} " if loss else ""
        images = f"{run.images_per_second:,.0f}" if run and run.images_per_second else ""
        after += f"{images:>{_SPEED - 1}} " if speed else ""
        after += f"{datetime.fromtimestamp(shown.made):%Y-%m-%d %H:%M}" if when else ""
        return [
            mark_of(self, run.run.path, self._marks) if run else Segment(f"{SWEEP_SIGN} "),
            Segment(set_cell_size(clean(shown.name, name - 3), name - 2)),
            state_of(self, shown.state, run is not None and run.is_silent),
            Segment(after),
        ]

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


def mark_of(table: LineTable, run: Path, marks: Mapping[Path, Mark]) -> Segment:
    """The sign of a run that is looked at together with others, or the room for it."""
    mark = marks.get(run)
    if mark is None:
        return Segment("  ")
    return Segment(f"{mark.sign} ", Style(color=table.app.theme_variables[mark.colour], bold=True))


def state_of(table: LineTable, state: str, is_silent: bool = False) -> Segment:
    """A state with its sign, in a table that has the styles of states."""
    words = SILENT if is_silent else f"{STATE_SIGNS.get(state, '·')} {state}"
    style = None
    if is_silent or state in ("interrupted", "diverged", "failed", "impossible"):
        style = table.get_component_rich_style("runs--bad", partial=True)
    elif state in ("starting", "training", "paused"):
        style = table.get_component_rich_style("runs--live", partial=True)
    return Segment(f"{words:<14}", style)


def _progress(line: Line) -> str:
    """How far it is: epochs of a run, runs of a sweep."""
    if isinstance(line, SweepLine):
        words = f"{line.over:,}/{len(line.trials):,} runs"
        return words if len(words) <= 11 else words.removesuffix(" runs")
    return f"{line.epochs:,} of {line.epochs_wanted:,}" if line.epochs_wanted else f"{line.epochs:,}"


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
