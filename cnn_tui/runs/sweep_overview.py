"""All sweeps of a folder at a glance: a line each, and of each its combinations, the best first."""

import os
from pathlib import Path

from msgspec import Struct

from cnn_tui.runs.events import EpochEnd
from cnn_tui.runs.history import ENDED, State
from cnn_tui.runs.overview import Overview, RunLine, Stamp, stamp
from cnn_tui.runs.sweeps import (
    SWEEP_FILE,
    Asked,
    Part,
    is_sweep,
    is_worked_on,
    rank,
    read_part,
    read_sweep,
    shown_scores,
)
from cnn_tui.spec.sweep import Combination, title

WAITING, NOT_BEGUN, IMPOSSIBLE, PRUNED = "waiting", "not begun", "impossible", "pruned"
OVER = ("done", "stopped", "diverged", PRUNED, IMPOSSIBLE)
"""What the same command does not try again."""


class Trial(Struct, frozen=True, kw_only=True):
    """A combination of a sweep: its run, or why there is none."""

    combination: Combination
    line: RunLine | None = None
    pruned: bool = False
    problem: str = ""
    waits: bool = False
    """Whether a command will come to it."""

    @property
    def state(self) -> str:
        """The state of its run, more exactly where that was stopped; or why there is none."""
        if self.line is None:
            return IMPOSSIBLE if self.problem else WAITING if self.waits else NOT_BEGUN
        return PRUNED if self.pruned and self.line.state == "stopped" else self.line.state

    @property
    def best(self) -> EpochEnd | None:
        """The end of the epoch with the best weights."""
        return self.line.best_end if self.line else None


class SweepLine(Struct, frozen=True, kw_only=True):
    """What a list shows of a sweep."""

    folder: Path
    made: float
    """When it was asked for last, in seconds since 1970."""
    settings: tuple[str, ...]
    """The names of those that vary."""
    trials: tuple[Trial, ...]
    """The best first."""
    is_worked_on: bool = False
    """Whether a command works on it."""

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def over(self) -> int:
        """How many combinations have come to an end."""
        return sum(trial.state in OVER for trial in self.trials)

    @property
    def state(self) -> State:
        """At work while a command or one of its trainers is; else whether all have come to an end."""
        if self.is_worked_on or any(trial.line and trial.line.state not in ENDED for trial in self.trials):
            return "training"
        return "done" if self.over == len(self.trials) else "interrupted"

    @property
    def scores(self) -> tuple[str, str]:
        """The names of the two scores to show."""
        return shown_scores(trial.best for trial in self.trials if trial.best)

    @property
    def best(self) -> float | None:
        """The best validation accuracy."""
        return max(
            (trial.line.best for trial in self.trials if trial.line and trial.line.best is not None), default=None
        )


class _Known(Struct):
    """A sweep as it was when it was looked at last."""

    overview: Overview
    asked: Asked = Asked()
    stamp: Stamp | None = None
    is_worked_on: bool = False
    runs: tuple[RunLine, ...] | None = None
    parts: dict[Path, tuple[State, Part]] = {}
    line: SweepLine | None = None


class SweepOverview:
    """Looks at the sweeps of a folder, again and again; what has not changed is not read again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, _Known] = {}
        self._lines: tuple[SweepLine, ...] = ()

    def look(self) -> tuple[SweepLine, ...]:
        """The sweeps, the newest first; the same object as before when nothing has changed."""
        found = {name: self._known.get(name) or _Known(Overview(self.folder / name)) for name in self._names()}
        self._known = found
        for known in found.values():
            _look_at(known)
        lines = sorted((one.line for one in found.values() if one.line), key=lambda one: (-one.made, one.name))
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
        return self._lines

    def _names(self) -> list[str]:
        try:
            return [entry.name for entry in os.scandir(self.folder) if is_sweep(self.folder / entry.name)]
        except OSError:
            return []


def _look_at(known: _Known) -> None:
    """Reads what is new in a sweep."""
    folder = known.overview.folder
    worked_on = is_worked_on(folder)
    now = stamp(os.fspath(folder / SWEEP_FILE))
    runs = known.overview.look()
    if known.line and (now, worked_on) == (known.stamp, known.is_worked_on) and runs is known.runs:
        return
    if now != known.stamp:
        known.asked = read_sweep(folder)
    known.stamp, known.is_worked_on, known.runs = now, worked_on, runs
    known.parts = {run.run.path: _part(known.parts.get(run.run.path), run) for run in runs}
    known.line = _line(known)


def _part(known: tuple[State, Part] | None, line: RunLine) -> tuple[State, Part]:
    """What a run is of the sweep, read when it is new, does not say yet, or has come into another state."""
    if known and known[0] == line.state and known[1].settings:
        return known
    return line.state, read_part(line.run)


def _line(known: _Known) -> SweepLine:
    asked, runs = known.asked, known.runs or ()
    parts = [known.parts[line.run.path][1] for line in runs]
    trials = [
        Trial(combination=part.settings, line=line, pruned=part.pruned) for line, part in zip(runs, parts, strict=True)
    ]
    made = {title(trial.combination) for trial in trials}
    for one in asked.combinations:
        if (name := title(one)) not in made:
            trials.append(Trial(combination=one, problem=asked.impossible.get(name, ""), waits=known.is_worked_on))
    trials.sort(key=lambda trial: (*rank(trial.best), trial.line is None, bool(trial.problem)))
    others = (name for trial in trials for name in trial.combination)
    return SweepLine(
        folder=known.overview.folder,
        made=known.stamp[0] / 1e9 if known.stamp else 0.0,
        settings=tuple(dict.fromkeys((*asked.settings, *others))),
        trials=tuple(trials),
        is_worked_on=known.is_worked_on,
    )
