"""Room on a disk: what is missing when there is none, and a little that is held back for a last word."""

import errno
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from cnn_tui.errors import Place, UserError

FULL = (errno.ENOSPC, errno.EDQUOT)
BLOCK = 4096
"""A file takes whole blocks of the disk."""
RESERVE = ".reserve"
RESERVE_BYTES = 16 * BLOCK


def megabytes(count: int) -> str:
    """So many bytes as people say it."""
    return f"{count / 1e6:,.2f} MB" if count < 10_000_000 else f"{count / 1e6:,.0f} MB"


def room_for(sizes: Iterable[int]) -> int:
    """How many bytes of a disk a folder takes with files of these sizes."""
    return sum(-(-size // BLOCK) * BLOCK for size in sizes) + 2 * BLOCK


def disk_full(what: str, place: Path, need: int) -> UserError:
    """The error for a full disk, with what is needed and what is missing."""
    free = free_bytes(place)
    missing = megabytes(max(need - free, BLOCK))
    fact = f"the disk is full: {what} needs {megabytes(need)} and {megabytes(free)} are free"
    if free >= need:  # of bytes there are enough: it is files that may not be more, or the user's share is used up
        fact = f"the disk is full: {what} needs {megabytes(need)}, and the system gives no more"
    return UserError(fact, Place(place), f"Free {missing} or more and resume the run.")


def free_bytes(place: Path) -> int:
    """What is free where a folder is, or will be."""
    there = next((path for path in (place, *place.absolute().parents) if path.exists()), Path("/"))
    return shutil.disk_usage(there).free


class Reserve:
    """Some blocks of a run's disk that are given back when it is full, so that the run can say how it ended."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / RESERVE

    def take(self) -> None:
        """Holds the blocks, if there are so many."""
        try:
            with self._path.open("wb") as file:
                file.write(os.urandom(RESERVE_BYTES))  # zeros take no room on some disks
        except OSError:
            self.give_back()

    def give_back(self) -> None:
        """Lets go of them."""
        with suppress(OSError):  # on a disk that has become read-only it stays
            self._path.unlink(missing_ok=True)
