"""Files written whole or not at all: beside their place first, made durable, then renamed."""

import gzip
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A binary file that takes the place of `path` when the block ends well; else nothing is left of it.

    What was written can be read back. A link is followed; what is no plain file, such as a pipe, is written into. A
    file keeps its permissions; a new one gets the usual ones, but none that its folder does not have: in a private
    folder it is private.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else _usual_permissions(path.parent))
        beside.replace(path)
        make_durable(path.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def exporting(path: Path) -> Iterator[IO[bytes]]:
    """As `replacing`, zipped when the name ends in .gz; the same content gives the same bytes."""
    with replacing(path) as file:
        if path.suffix.lower() == ".gz":
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as zipped:
                yield cast(IO[bytes], zipped)
        else:
            yield file


def _usual_permissions(folder: Path) -> int:
    mask = os.umask(0o077)  # it can only be read by setting it
    os.umask(mask)
    return 0o666 & ~mask & stat.S_IMODE(folder.stat().st_mode)


def replace_text(path: Path, text: str) -> None:
    """Writes a text file whole or not at all."""
    with replacing(path) as file:
        file.write(text.encode())


def write_durably(path: Path, data: bytes) -> None:
    """Writes a new file and waits until the disk has it."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def make_durable(folder: Path) -> None:
    """Makes renames in a folder survive a loss of power, where the system can."""
    if os.name != "posix":
        return  # Windows has no handle of a folder to flush
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
