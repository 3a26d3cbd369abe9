"""All runs of a folder at a glance: read once, and then again only what has changed."""

import os
from pathlib import Path

from msgspec import Struct

from cnn_tui.errors import UserError
from cnn_tui.runs.events import EpochEnd, read_events
from cnn_tui.runs.history import ENDED, History, State, fold_all
from cnn_tui.runs.milestones import read_milestones
from cnn_tui.runs.run import Run

Stamp = tuple[int, int]


class RunLine(Struct, frozen=True, kw_only=True):
    """What a list shows of one run."""

    run: Run
    made: float
    """When it was asked for, in seconds since 1970."""
    state: State
    epochs: int
    """Epochs that are over."""
    epochs_wanted: int
    """0: not known yet."""
    best: float | None
    """The validation accuracy of the best weights, or the best there was; None without a validation."""
    losses: tuple[float | None, ...]
    """The training loss of each epoch."""
    images_per_second: float
    best_end: EpochEnd | None = None
    """The end of the epoch with the best weights."""
    is_silent: bool = False
    """Whether its trainer is at work and has given no sign of life for a while."""

    @property
    def name(self) -> str:
        """The run's name."""
        return self.run.name


class _Known(Struct):
    """A run as it was when it was looked at last."""

    run: Run
    made: float
    wanted: int
    stamp: Stamp | None = None
    offset: int = 0
    history: History = History()
    was_running: bool = False
    was_silent: bool = False
    line: RunLine | None = None


class Overview:
    """Looks at a folder of runs, again and again; a look at a thousand runs in which nothing happens takes a moment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, _Known] = {}
        self._lines: tuple[RunLine, ...] = ()

    def look(self) -> tuple[RunLine, ...]:
        """The runs, the newest first; the same object as before when nothing has changed."""
        found = self._found()
        changed = found.keys() != self._known.keys()
        self._known = found
        for known in found.values():
            changed |= _look_at(known)
        if changed:
            lines = (known.line for known in found.values() if known.line)
            self._lines = tuple(sorted(lines, key=lambda line: (line.made, line.run.name), reverse=True))
        return self._lines

    def _found(self) -> dict[str, _Known]:
        """What is known of the runs that are there, with those that are new."""
        try:
            names = [entry.name for entry in os.scandir(self.folder) if not entry.name.startswith(".")]
        except OSError:
            return {}
        found = {}
        for name in names:
            known = self._known.get(name) or _new(Run(self.folder / name))
            if known:
                found[name] = known
        return found


def _new(run: Run) -> _Known | None:
    """A run that was not there before; None when it is none, or another's that cannot be looked into."""
    try:
        made = run.experiment_file.stat().st_mtime
    except OSError:
        return None
    return _Known(run, made, wanted=-1)


def _look_at(known: _Known) -> bool:
    """Reads what is new in a run; whether anything is."""
    now = stamp(os.fspath(known.run.events_file))
    asks_lock = known.history.state not in ENDED or now != known.stamp or known.line is None
    running = asks_lock and known.run.is_running
    silent = running and known.run.seconds_silent > 0
    if known.line and now == known.stamp and (running, silent) == (known.was_running, known.was_silent):
        return False
    if now and now != known.stamp:
        shrunk = known.stamp is not None and now[1] < known.offset
        if known.stamp is None or shrunk:
            events, known.offset = read_milestones(known.run.events_file)
            known.history = fold_all(events)
        else:
            events, known.offset = read_events(known.run.events_file, known.offset)
            known.history = fold_all(events, known.history)
    known.stamp, known.was_running, known.was_silent = now, running, silent
    line = _line(known, known.run.confirmed(known.history, running))
    changed, known.line = line != known.line, line
    return changed


def _line(known: _Known, history: History) -> RunLine:
    if not history.epochs_wanted and known.wanted < 0:
        known.wanted = _asked(known.run)
    scores = [end.val_accuracy for end in history.epochs if end.val_accuracy is not None]
    best = history.best.val_accuracy if history.best else None
    return RunLine(
        run=known.run,
        made=known.made,
        state=history.state,
        epochs=len(history.epochs),
        epochs_wanted=history.epochs_wanted or max(known.wanted, 0),
        best=best if best is not None else max(scores, default=None),
        losses=tuple(end.loss for end in history.epochs),
        images_per_second=history.images_per_second,
        best_end=history.best,
        is_silent=known.was_silent,
    )


def _asked(run: Run) -> int:
    """The epochs that were asked for; 0 when the experiment is damaged, which must not hide the others."""
    try:
        return run.experiment().training.epochs
    except UserError:
        return 0


def stamp(path: str) -> Stamp | None:
    """What changes when a file does; None: there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 # a Path costs as much again, a thousand times four times a second
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
