"""The runs of a sweep: a line a combination, a column a setting that varies, the best first."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment

from cnn_tui.runs.overview import RunLine
from cnn_tui.runs.sweep_overview import SweepLine, Trial
from cnn_tui.text import clean
from cnn_tui.ui.run_marks import Mark
from cnn_tui.ui.short_names import LONGEST, short_name
from cnn_tui.ui.widgets.line_table import LineTable
from cnn_tui.ui.widgets.run_table import SPARK_CELLS, mark_of, sparkline, state_of

_TITLES = {"val_accuracy": "val acc.", "val_loss": "val loss"}
_BEST, _NOTHING = "★", "–"
_BEFORE, _SCORE, _STATE = 5, 9, 15
"""Cells of the marks around a place, of a score, and of the state with the gap before it."""
_SPARK = SPARK_CELLS + 2
_WIDEST, _NARROWEST = 30, 4
"""Of the column of a setting."""


class _Columns(Struct, frozen=True):
    """What has room."""

    settings: tuple[int, ...]
    """The width of each."""
    scores: tuple[str, ...]
    epochs: int
    """The width; 0: there is no room."""
    spark: bool


class SweepTable(LineTable):
    """Draws the combinations in view."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"runs--live", "runs--bad", "runs--best"}
    DEFAULT_CSS: ClassVar[str] = """
    SweepTable > .runs--live { color: $accent; text-style: bold; }
    SweepTable > .runs--bad { color: $text-warning; }
    SweepTable > .runs--best { color: $accent; text-style: bold; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._sweep: SweepLine | None = None
        self._trials: tuple[Trial, ...] = ()
        self._marks: Mapping[Path, Mark] = {}
        self._places: dict[Path, int] = {}
        self._widest: tuple[int, ...] = ()
        self._scores: tuple[str, ...] = ()
        """Those that some combination has."""
        self._epochs = 0
        """Cells of the epochs."""
        self._digits = 1
        """Cells of a place."""

    def show(self, sweep: SweepLine, trials: Sequence[Trial], marks: Mapping[Path, Mark]) -> None:
        """Draws these of a sweep; the cursor stays on its line where that is still there."""
        before = self.trial
        self._sweep, self._trials, self._marks = sweep, tuple(trials), marks
        scored = (one.line.run.path for one in sweep.trials if one.line and one.best)
        self._places = {path: place for place, path in enumerate(scored, start=1)}
        values = ([_value(trial, name) for trial in sweep.trials] for name in sweep.settings)
        self._widest = tuple(max(map(cell_len, some), default=1) for some in values)
        self._epochs = 2 + max(map(len, ("epochs", *(_epochs(trial) for trial in sweep.trials))))
        self._digits = len(str(len(sweep.trials)))
        bests = [trial.best for trial in sweep.trials if trial.best]
        known = (name for name in sweep.scores if any(getattr(best, name) is not None for best in bests))
        self._scores = tuple(known) or sweep.scores[:1]
        self.count = len(trials)
        if before is not None and before != self.trial:
            place = next((at for at, one in enumerate(trials) if _is_same(one, before)), None)
            if place is not None:
                self.move_to(place)

    @property
    def trial(self) -> Trial | None:
        """The combination under the cursor."""
        return self._trials[self.line] if self.line < len(self._trials) else None

    @property
    def run(self) -> RunLine | None:
        """Its run, if it has one."""
        return self.trial.line if self.trial else None

    def header(self, width: int) -> str:
        """The names of the columns that have room."""
        if self._sweep is None:
            return ""
        columns = self._columns(width)
        named = zip(self._sweep.settings, columns.settings, strict=True)
        words = " " * (_BEFORE + self._digits) + "".join(
            f"{_cell(clean(name, LONGEST), cells)} " for name, cells in named
        )
        words += "".join(f"{_TITLES.get(name, name):>{_SCORE}}" for name in columns.scores)
        words += f"{'epochs':>{columns.epochs}}" if columns.epochs else ""
        words += f"  {'state':<{_STATE - 2}}"
        return words + (f"  {'loss':<{SPARK_CELLS}}" if columns.spark else "")

    def cells(self, line: int, width: int) -> list[Segment]:
        """One combination."""
        trial, columns = self._trials[line], self._columns(width)
        assert self._sweep is not None
        run, best = trial.line, trial.best
        place = self._places.get(run.run.path) if run else None
        named = zip(self._sweep.settings, columns.settings, strict=True)
        words = "".join(f"{_cell(_value(trial, name), cells)} " for name, cells in named)
        numbers = (getattr(best, name, None) for name in columns.scores)
        words += "".join(f"{_NOTHING if one is None else f'{one:.4f}':>{_SCORE}}" for one in numbers)
        epochs = f"{_epochs(trial):>{columns.epochs}}" if columns.epochs else ""
        is_best = place == 1
        style = self.get_component_rich_style("runs--best", partial=True) if is_best else None
        after = f"  {sparkline(run.losses if run else (), SPARK_CELLS)}" if columns.spark else ""
        return [
            mark_of(self, run.run.path, self._marks) if run else Segment("  "),
            Segment(f"{place or '':>{self._digits}} {_BEST if is_best else ' '} ", style),
            Segment(f"{words}{epochs}  ", style),
            state_of(self, trial.state, run is not None and run.is_silent),
            Segment(after),
        ]

    def _columns(self, width: int) -> _Columns:
        """As wide as they need to be: settings first, then the epochs, the second score, and how the loss went."""
        assert self._sweep is not None
        room = width - _BEFORE - self._digits - _SCORE - _STATE
        settings = _fitted(self._sweep.settings, self._widest, room)
        room -= sum(settings) + len(settings)
        epochs = self._epochs if room >= self._epochs else 0
        room -= epochs
        has_second = len(self._scores) > 1 and room >= _SCORE
        room -= _SCORE if has_second else 0
        return _Columns(settings, self._scores[: 1 + has_second], epochs, room >= _SPARK)


def _fitted(names: Sequence[str], widest: Sequence[int], room: int) -> tuple[int, ...]:
    """Widths that show names and values whole; where there is no room for that the widest are cut first."""
    wanted = [
        min(_WIDEST, max(cell_len(clean(name, LONGEST)), cells)) for name, cells in zip(names, widest, strict=True)
    ]
    while sum(wanted) + len(wanted) > room and max(wanted, default=0) > _NARROWEST:
        wanted[wanted.index(max(wanted))] -= 1
    return tuple(wanted)


def _value(trial: Trial, name: str) -> str:
    return clean(trial.combination.get(name, _NOTHING), LONGEST)


def _epochs(trial: Trial) -> str:
    run = trial.line
    return f"{run.epochs:,} of {run.epochs_wanted:,}" if run and run.epochs_wanted else ""


def _cell(text: str, cells: int) -> str:
    return set_cell_size(short_name(text, cells), cells)


def _is_same(one: Trial, other: Trial) -> bool:
    """Whether two pictures are of the same combination, whose run may have begun meanwhile."""
    if one.line and other.line:
        return one.line.run == other.line.run
    return one.combination == other.combination
