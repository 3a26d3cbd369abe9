"""Watching a run from the command line: bars on a terminal, a line an epoch elsewhere; it ends when the run ends."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn, Protocol, TypeVar

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cnn_tui.cli.output import progress_console
from cnn_tui.runs.events import EpochEnd, read_events
from cnn_tui.runs.history import History, fold_all
from cnn_tui.runs.run import Run
from cnn_tui.spec.metrics import SHORT
from cnn_tui.text import clean

SECONDS_BETWEEN_LOOKS = 0.2
PATIENCE_SECONDS = 60.0
TERMINATED = 143
ENDING = ("SIGTERM", "SIGUSR1")
"""What batch systems send, the second some time before they end a job."""


class Terminated(BaseException):
    """The system asked this command to end."""


class Ending(Protocol):
    """A process, or several, that can be asked to end and waited for."""

    def terminate(self) -> None:
        """Asks."""

    def wait(self, timeout: float) -> object:
        """Waits; raises TimeoutExpired."""


E = TypeVar("E", bound=Ending)


def histories(run: Run) -> Iterator[History]:
    """What is known of the run, again and again until it has ended; the last one is how it ended."""
    history, offset = History(), 0
    while True:
        was_running = run.is_running
        events, offset = read_events(run.events_file, offset)
        history = fold_all(events, history)
        yield run.confirmed(history, was_running)
        if not was_running:
            return
        time.sleep(SECONDS_BETWEEN_LOOKS)


def watch(run: Run, on_epoch: Callable[[EpochEnd, History], None] | None = None) -> History:
    """Shows a run on standard error until it ends. `on_epoch` hears of every epoch, those over already too."""
    with _display() as show:
        told = 0
        history = History()
        for history in histories(run):
            for epoch in history.epochs[told:]:
                show.say_epoch(epoch, history)
                if on_epoch:
                    on_epoch(epoch, history)
            told = len(history.epochs)
            show.draw(history)
            show.warn(warning(run, history))
    for note in history.notes:
        progress_console().print(clean(note, 1000), soft_wrap=True)
    return history


def warning(run: Run, history: History) -> str:
    """What is wrong with a run at work: it is silent, or cannot save; or nothing."""
    if silent := run.seconds_silent:
        return f"No sign of life for {silent:.0f} s. To end it: cnn-tui stop --kill {run.path}"
    return history.unsaved


@contextmanager
def ending_with_us(start: Callable[[], E]) -> Iterator[E]:
    """While the block lasts, Ctrl+C and SIGTERM end what is started too, after it has saved.

    A closed terminal does not. What ends `start` itself must not leave a process behind.
    """

    def end(number: int, frame: FrameType | None) -> NoReturn:
        raise Terminated

    before = {number: signal.signal(number, end) for name in ENDING if (number := getattr(signal, name, None))}
    process: E | None = None
    try:
        yield (process := start())
    except (KeyboardInterrupt, Terminated):
        if process is not None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):  # it is still saving; it ends by itself
                process.wait(PATIENCE_SECONDS)
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Display:
    """One line an epoch; on a terminal, bars under them."""

    def __init__(self, progress: Progress | None) -> None:
        self._console = progress.console if progress else progress_console()
        self._progress = progress
        self._task = progress.add_task("", total=None) if progress else None
        self._warned = ""

    def say_epoch(self, epoch: EpochEnd, history: History) -> None:
        parts = [f"epoch {epoch.epoch}/{history.epochs_wanted}", _score(epoch.loss, epoch.accuracy, epoch.metrics)]
        if epoch.val_loss is not None:
            parts.append(f"val {_score(epoch.val_loss, epoch.val_accuracy, epoch.val_metrics)}")
        parts.append(f"{epoch.seconds:.1f} s")
        self._console.print("  ".join(parts), soft_wrap=True)

    def draw(self, history: History) -> None:
        if self._progress is None or self._task is None:
            return
        sample = history.last_sample
        words: str = history.state if history.state != "training" else history.phase
        if sample:
            words += f" {_score(sample.loss, sample.accuracy, {})}  {sample.images_per_second:,.0f} images/s"
        total = history.epochs_wanted * history.steps or None
        self._progress.update(self._task, description=words, total=total, completed=history.steps_done)

    def warn(self, words: str) -> None:
        """Says a warning once; the seconds in it do not make it another."""
        first = words.split(" for ")[0]
        if words and first != self._warned:
            self._console.print(clean(words, 1000), soft_wrap=True)
        self._warned = first


def _score(loss: float | None, accuracy: float | None, others: Mapping[str, float | None]) -> str:
    """Loss, accuracy where there are classes, and what else is computed."""
    known = {"loss": loss, **({} if accuracy is None else {"accuracy": accuracy}), **others}
    return " ".join(
        f"{SHORT.get(name, name) if name in others else name} {_number(value)}" for name, value in known.items()
    )


def _number(value: float | None) -> str:
    return "nan" if value is None else f"{value:.4f}"


@contextmanager
def _display() -> Iterator[_Display]:
    out = progress_console()
    if not out.is_terminal:
        yield _Display(None)
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=out, transient=True, refresh_per_second=4) as progress:
        yield _Display(progress)
