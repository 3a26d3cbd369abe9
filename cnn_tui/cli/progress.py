"""How far a command is, on standard error: a bar after a moment, gone when it is done."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from cnn_tui.cli.output import progress_console
from cnn_tui.text import clean

SECONDS_BEFORE_IT_SHOWS = 1.0


class Bar:
    """A bar that appears when the work takes longer than a moment, on a terminal only."""

    def __init__(self, progress: Progress | None, words: str) -> None:
        self._progress, self._words = progress, clean(words)
        self._task: TaskID | None = None
        self._started = time.monotonic()

    def tell(self, done: float, of: float | None = 1.0) -> None:
        """Shows how much is done, of how much if that is known."""
        if self._progress is None:
            return
        if self._task is None:
            if time.monotonic() - self._started < SECONDS_BEFORE_IT_SHOWS:
                return
            self._task = self._progress.add_task(self._words, total=of)
            self._progress.start()
        self._progress.update(self._task, completed=done, total=of)


@contextmanager
def bar(words: str, bytes_count: bool = False) -> Iterator[Bar]:
    """A bar while the block lasts."""
    out = progress_console()
    if not out.is_terminal:
        yield Bar(None, words)
        return
    amounts: tuple[ProgressColumn, ...] = (DownloadColumn(), TransferSpeedColumn()) if bytes_count else ()
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), *amounts)
    progress = Progress(*columns, TimeRemainingColumn(), console=out, transient=True, refresh_per_second=4)
    try:
        yield Bar(progress, words)
    finally:
        progress.stop()
