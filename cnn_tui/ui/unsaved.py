"""Edits that are in no file of the user's, kept on disk while the program runs and found again after a crash.

Each running program has a file of its own, a model like any other, and holds a lock beside it; a file whose lock
nobody holds was left behind by a program that did not end properly.
"""

import os
import threading
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from msgspec import Struct

from cnn_tui.errors import UserError
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import read_model, write_model


class Kept:
    """The place of one program's edits. Its methods may be called from any thread; they raise OSError."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{os.getpid()}-{uuid4().hex[:8]}.json"
        self._turn = threading.Lock()
        self._lock = _Held(self.path)
        self._is_over = False

    def keep(self, model: Model | None) -> None:
        """Writes a model in place of the one before; None: there is nothing to be kept any more."""
        with self._turn:
            if self._is_over:
                return
            if model is None:
                _remove(self.path)
                return
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.take()
            write_model(model, self.path)

    def leave(self) -> None:
        """Lets go of what was kept, so that the next program finds it; nothing is written any more."""
        with self._turn:
            self._is_over = True
            self._lock.let_go()
            if not self.path.exists():
                _remove(self._lock.path)


class Left(Struct, frozen=True):
    """What a program left behind; nobody else is offered it meanwhile."""

    path: Path
    model: Model
    written: datetime
    lock: "_Held"

    @property
    def when(self) -> str:
        """The time, with the day when it was another."""
        same_day = self.written.date() == datetime.now().date()
        return f"{self.written:%H:%M}" if same_day else f"{self.written:%d %b %H:%M}"

    def done(self, *, remove: bool) -> None:
        """Ends the offer; what is not removed is offered again."""
        if remove:
            _remove(self.path)
        self.lock.let_go()
        if remove:
            _remove(self.lock.path)


def left_behind(folder: Path) -> Left | None:
    """The newest that a program left behind; whatever is wrong with a file or the folder is never an error."""
    try:
        paths = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    except OSError:
        return None
    for path in paths:
        lock = _Held(path)
        try:
            if not lock.take():
                continue  # the program is still at work
            return Left(path, read_model(path), datetime.fromtimestamp(path.stat().st_mtime), lock)
        except (OSError, UserError):
            lock.let_go()
    return None


class _Held:
    """The lock beside a file; the system lets go of it however the program ends."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_suffix(".lock")
        self._lock: object = None

    def take(self) -> bool:
        """Takes it, if nobody has it; tells whether it is held now."""
        from filelock import FileLock, Timeout  # not before the first frame

        if self._lock is None:
            lock = FileLock(self.path, mode=0o600)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                return False
            self._lock = lock
        return True

    def let_go(self) -> None:
        """Lets go of it, if it is held."""
        from filelock import FileLock

        if isinstance(self._lock, FileLock):
            self._lock.release()
        self._lock = None


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
