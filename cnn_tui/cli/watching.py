"""Watching a run from the command line: bars on a terminal, a line an epoch elsewhere; it ends when the run ends."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cnn_tui.cli.output import progress_console
from cnn_tui.runs.events import EpochEnd, read_events
from cnn_tui.runs.history import History, confirmed, fold_all
from cnn_tui.runs.run import Run
from cnn_tui.spec.metrics import SHORT
from cnn_tui.text import clean

SECONDS_BETWEEN_LOOKS = 0.2
PATIENCE_SECONDS = 60.0
TERMINATED = 143


class Terminated(BaseException):
    """The system asked this command to end."""


def histories(run: Run) -> Iterator[History]:
    """What is known of the run, again and again until it has ended; the last one is how it ended."""
    history, offset = History(), 0
    while True:
        was_running = run.is_running
        events, offset = read_events(run.events_file, offset)
        history = fold_all(events, history)
        yield confirmed(history, was_running)
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
    for note in history.notes:
        progress_console().print(clean(note, 1000), soft_wrap=True)
    return history


@contextmanager
def ending_with_us(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """While the block lasts, Ctrl+C and SIGTERM end the trainer too, after it has saved. A closed terminal does not."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except (KeyboardInterrupt, Terminated):
        process.terminate()
        with suppress(subprocess.TimeoutExpired):  # it is still saving; it ends by itself
            process.wait(PATIENCE_SECONDS)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


class _Display:
    """One line an epoch; on a terminal, bars under them."""

    def __init__(self, progress: Progress | None) -> None:
        self._console = progress.console if progress else progress_console()
        self._progress = progress
        self._task = progress.add_task("", total=None) if progress else None

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
