"""Signs of life: a trainer touches a file once a second, whoever looks at its run sees how long ago that was."""

import os
import time
from contextlib import suppress
from pathlib import Path

SECONDS_BETWEEN_BEATS = 1.0
SILENT_AFTER_SECONDS = 10.0
"""From then on viewers say that there is no sign of life."""


class Heartbeat:
    """The trainer's end. It beats where the work is done, so that a trainer that hangs falls silent."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._next = 0.0

    def beat(self) -> None:
        """Touches the file, if that is a second ago; a disk that does not let it stops nobody."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + SECONDS_BETWEEN_BEATS
        with suppress(OSError):
            try:
                os.utime(self._path)
            except FileNotFoundError:
                self._path.touch(mode=0o600)


def seconds_silent(path: Path) -> float | None:
    """How long ago the last sign of life was; None when there was none yet."""
    try:
        return max(time.time() - path.stat().st_mtime, 0.0)
    except OSError:
        return None
