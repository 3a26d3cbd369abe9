"""The lines of a text file, plain or gzipped, counted; what is wrong with the file itself is said with its place."""

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cnn_tui.errors import Place, UserError

GZIP = b"\x1f\x8b"
UTF_8_MARK = b"\xef\xbb\xbf"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
LONGEST_LINE = 2**24
MAX_EXPANSION = 200
"""How many times its own size a .gz may become; tables of pixels become 5 to 20 times as large."""
ALWAYS_ALLOWED = 64 * 2**20
_BLOCK = 2**18


class Lines:
    """The lines that hold something, each with its line break; iterate once.

    `number` is that of the last line given (from 1), `text` the line. Empty lines are allowed at the end only.
    Raises UserError.
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self.number = 0
        self.text = ""
        # A byte that is not UTF-8 becomes a lone surrogate, so that its line can be named.
        self._file = io.TextIOWrapper(file, encoding="utf-8", errors="surrogateescape", newline=None)

    def __iter__(self) -> Iterator[str]:
        number = empty = 0
        while line := self._file.readline(LONGEST_LINE):
            number += 1
            if "\0" in line or not line.isascii() or len(line) == LONGEST_LINE:
                self._refuse_what_is_no_text(line, Place(self.path, number))
            if line.isspace():
                empty = empty or number
                continue
            if empty:
                raise UserError("is empty", Place(self.path, empty), "Fill it in, or remove it from every table.")
            self.number, self.text = number, line
            yield line

    def _refuse_what_is_no_text(self, line: str, place: Place) -> None:
        if "\0" in line:
            raise UserError("holds binary data, not text", place, "Give a table as text, such as .tsv or .csv.")
        if any("\udc80" <= character <= "\udcff" for character in line):
            raise UserError("holds bytes that are not UTF-8 text", place, "Save the file as UTF-8.")
        if len(line) == LONGEST_LINE:
            limit = f"{LONGEST_LINE:,} characters"
            raise UserError(f"is longer than {limit}", place, "Put each image on a line of its own.")


@contextmanager
def open_lines(path: Path) -> Iterator[Lines]:
    """The lines of a file. Raises UserError, also while they are read."""
    with open_bytes(path) as file:
        yield Lines(path, file)


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a text file, unzipped, after any mark of UTF-8. Raises UserError, also while they are read."""
    refuse_what_is_no_file(path)
    try:
        with path.open("rb", buffering=0) as file, _unzipped(path, file) as text:
            start = text.peek(4)
            if start.startswith(GZIP):
                raise UserError("is gzipped twice", Place(path), "Unzip it once.")
            if start.startswith(UTF_16_MARKS):
                raise UserError("is UTF-16 text", Place(path), "Save the file as UTF-8.")
            if start.startswith(UTF_8_MARK):
                text.read(len(UTF_8_MARK))
            yield text
    except EOFError:
        raise UserError("breaks off: the .gz is not whole", Place(path), "Copy or download it again.") from None
    except (gzip.BadGzipFile, zlib.error):
        raise UserError("is a damaged .gz", Place(path), "Copy or download it again.") from None
    except OSError as error:
        raise unreadable(path, error) from None


def refuse_what_is_no_file(path: Path) -> None:
    """Raises UserError unless the path is a file; pipes and devices are none, they may never end."""
    try:
        if path.is_dir():
            raise UserError("is a folder", Place(path), "Give a file.")
        if not path.exists():
            raise UserError("there is no such file", Place(path), "Check the path.")
        if not path.is_file():
            raise UserError("is not a plain file", Place(path), "Copy what it holds to a file.")
    except OSError as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: OSError) -> UserError:
    """What the system says about a file, as a sentence."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    return UserError(f"cannot be read: {reason}", Place(path), "Check the file and its permissions.")


def is_gzip(path: Path) -> bool:
    """Whether the file begins as a .gz does, whatever its name. Raises UserError."""
    refuse_what_is_no_file(path)
    try:
        with path.open("rb") as file:
            return file.read(len(GZIP)) == GZIP
    except OSError as error:
        raise unreadable(path, error) from None


def _unzipped(path: Path, file: io.FileIO) -> io.BufferedReader:
    zipped = file.read(len(GZIP)) == GZIP
    file.seek(0)
    return io.BufferedReader(_Unzipped(path, file) if zipped else file, _BLOCK)


class _Unzipped(io.RawIOBase):
    """What a .gz holds, refused when it becomes absurdly large."""

    def __init__(self, path: Path, file: io.FileIO) -> None:
        self._path = path
        self._gzip = gzip.GzipFile(fileobj=file)
        self._most = max(ALWAYS_ALLOWED, MAX_EXPANSION * path.stat().st_size)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = self._gzip.readinto(buffer)
        if self._gzip.tell() > self._most:
            problem = f"becomes more than {MAX_EXPANSION} times as large when it is unzipped"
            raise UserError(problem, Place(self._path), "If that is meant, unzip it and give the plain file.")
        return count
