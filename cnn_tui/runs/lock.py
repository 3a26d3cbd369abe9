"""The lock of a run: one trainer holds it as long as it lives, anyone may ask whether it is held."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cnn_tui.errors import Place, UserError

PATIENCE_SECONDS = 2.0
"""How long a trainer waits for those who only look; their look takes microseconds."""


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Holds the lock; the system lets go of it however the process ends. Raises UserError when another holds it."""
    from filelock import FileLock, Timeout  # viewers on POSIX never need it

    lock = FileLock(path, mode=0o600)
    try:
        lock.acquire(timeout=PATIENCE_SECONDS, poll_interval=0.02)
    except Timeout:
        raise UserError("this run has a trainer at work already", Place(path.parent), "Attach to it instead.") from None
    try:
        yield
    finally:
        lock.release()


def is_held(path: Path) -> bool:
    """Whether a trainer holds the lock. Any number may ask at the same time without seeing each other."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _can_share(handle, path)
    finally:
        os.close(handle)


def _can_share(handle: int, path: Path) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows: take it for a moment instead
        from filelock import FileLock, Timeout

        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        lock.release()
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
