"""The lines of a text file, plain or gzipped, counted; what is wrong with the file itself is said with its place."""

import codecs
import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cnn_tui.errors import Place, UserError

IsRow = Callable[[str], bool]
"""Whether a line that begins with # would be a row."""
GZIP = b"\x1f\x8b"
UTF_8_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = {
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
"""How text begins whose letters take more than a byte each; the longer marks first."""
LONGEST_LINE = 2**24
MAX_EXPANSION = 200
"""How many times its own size a .gz may become; tables of pixels become 5 to 20 times as large."""
ALWAYS_ALLOWED = 64 * 2**20
_LARGEST_EXPANSION = 1032
"""How many times its own size a .gz can become at most."""
_BLOCK = 2**18


class Lines:
    """The lines that hold something, each with its line break; iterate once.

    `number` is that of the last line given (from 1), `text` the line. Comments, which begin with #, and empty lines
    are left out and counted if `skips` says so; else empty lines are allowed at the end only. Raises UserError.
    """

    def __init__(
        self, path: Path, file: "Text", skips: bool = False, blanks: bool = True, is_row: IsRow = lambda line: False
    ) -> None:
        self.path = path
        self.number = 0
        self.text = ""
        self.skipped = 0
        self.first_skipped = 0
        """The number of the first line that was left out, or 0."""
        self.commented_rows = self.first_commented_row = 0
        """How many comments `is_row` takes for rows, and the number of the first."""
        self._source = file
        self._skips, self._blanks, self._is_row = skips, skips and blanks, is_row
        # A byte that is not UTF-8 becomes a lone surrogate, so that its line can be named.
        self._file = io.TextIOWrapper(file, encoding="utf-8", errors="surrogateescape", newline=None)

    @property
    def share(self) -> float:
        """How much of the file was taken, from 0 to 1."""
        return self._source.share

    def __iter__(self) -> Iterator[str]:
        number = 0
        empty: list[tuple[int, str]] = []
        while line := self._file.readline(LONGEST_LINE):
            number += 1
            if "\0" in line or not line.isascii() or len(line) == LONGEST_LINE:
                self._refuse_what_is_no_text(line, Place(self.path, number))
            if line.isspace():
                empty.append((number, line))
                continue
            if empty:
                self._leave_out_empty(empty)
            if self._skips and line.startswith("#"):
                self._leave_out(number)
                if self._is_row(line):
                    self.commented_rows += 1
                    self.first_commented_row = self.first_commented_row or number
                continue
            self.number, self.text = number, line
            yield line

    def _leave_out_empty(self, empty: list[tuple[int, str]]) -> None:
        """Counts the empty lines; one of tabs only may be a row whose cells are missing."""
        for number, line in empty:
            if not self._blanks or "\t" in line:
                raise UserError("is empty", Place(self.path, number), "Fill it in, or remove it from every table.")
            self._leave_out(number)
        empty.clear()

    def _leave_out(self, number: int) -> None:
        self.skipped += 1
        self.first_skipped = self.first_skipped or number

    def _refuse_what_is_no_text(self, line: str, place: Place) -> None:
        if "\0" in line:
            problem = f"holds binary data, not text: character {line.index(chr(0)) + 1:,} is a NUL byte"
            is_wide = line.isascii() and 3 * line.count("\0") > len(line)
            utf_16 = "Say --encoding utf-16 if it is that, or save the file as UTF-8."
            raise UserError(problem, place, utf_16 if is_wide else "Give a table as text, such as .tsv or .csv.")
        for index, character in enumerate(line):
            if "\udc80" <= character <= "\udcff":
                position = len(line[:index].encode()) + 1
                problem = f"byte {position:,} is 0x{ord(character) - 0xDC00:X}, which is not UTF-8 text"
                raise UserError(problem, place, "Say --encoding latin-1 if it is that, or save the file as UTF-8.")
        if len(line) == LONGEST_LINE:
            limit = f"{LONGEST_LINE:,} characters"
            raise UserError(f"is longer than {limit}", place, "Put each image on a line of its own.")


class Text(io.BufferedReader):
    """The bytes of a text file that know how much of the file was taken."""

    def __init__(self, raw: io.RawIOBase, source: io.FileIO) -> None:
        super().__init__(raw, _BLOCK)
        self.source = source
        self._size = max(1, os.fstat(source.fileno()).st_size)

    @property
    def share(self) -> float:
        """From 0 to 1; of a .gz as it lies on the disk."""
        return min(1.0, self.source.tell() / self._size)


@contextmanager
def open_lines(
    path: Path, encoding: str = "auto", skips: bool = False, blanks: bool = True, is_row: IsRow = lambda line: False
) -> Iterator[Lines]:
    """The lines of a file, see `Lines`. Raises UserError, also while they are read."""
    with open_text(path, encoding) as file:
        yield Lines(path, file, skips, blanks, is_row)


@contextmanager
def open_text(path: Path, encoding: str = "auto") -> Iterator[Text]:
    """The bytes of a text file as UTF-8, whatever its encoding. Raises UserError, also while they are read."""
    with open_bytes(path) as file:
        if encoding == "auto":
            start = file.peek(4)
            encoding = next((name for mark, name in _WIDE_MARKS.items() if start.startswith(mark)), "utf-8")
        yield file if encoding == "utf-8" else Text(_Recoded(path, file, encoding), file.source)


@contextmanager
def open_bytes(path: Path) -> Iterator[Text]:
    """The bytes of a file, unzipped, after any mark of UTF-8. Raises UserError, also while they are read."""
    refuse_what_is_no_file(path)
    try:
        with path.open("rb", buffering=0) as file, _unzipped(path, file) as text:
            start = text.peek(4)
            if start.startswith(GZIP):
                raise UserError("is gzipped twice", Place(path), "Unzip it once.")
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


def _unzipped(path: Path, file: io.FileIO) -> Text:
    zipped = file.read(len(GZIP)) == GZIP
    file.seek(0)
    return Text(_Unzipped(path, file) if zipped else file, file)


class _Unzipped(io.RawIOBase):
    """What a .gz holds, refused when it becomes absurdly large."""

    def __init__(self, path: Path, file: io.FileIO) -> None:
        self._path = path
        self._gzip = gzip.GzipFile(fileobj=file)
        size = path.stat().st_size
        self._most = max(ALWAYS_ALLOWED, MAX_EXPANSION * size)
        if self._most < _declared_size(file) <= _LARGEST_EXPANSION * size:
            raise self._refusal()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = self._gzip.readinto(buffer)
        if self._gzip.tell() > self._most:
            raise self._refusal()
        return count

    def _refusal(self) -> UserError:
        problem = f"becomes more than {MAX_EXPANSION} times as large when it is unzipped"
        return UserError(problem, Place(self._path), "If that is meant, unzip it and give the plain file.")


def _declared_size(file: io.FileIO) -> int:
    """What the end of a .gz says of its size; a .gz that is not whole may say anything there."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - 4))
    size = int.from_bytes(file.read(4), "little")
    file.seek(0)
    return size


class _Recoded(io.RawIOBase):
    """Text of another encoding as UTF-8."""

    def __init__(self, path: Path, file: io.BufferedReader, encoding: str) -> None:
        self._path, self._file, self._encoding = path, file, encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready and not self._ended:
            block = self._file.read(_BLOCK)
            self._ended = not block
            try:
                self._ready = memoryview(self._decoder.decode(block, final=self._ended).encode())
            except UnicodeError:
                name = self._encoding.upper()
                raise UserError(f"is not whole {name} text", Place(self._path), "Save the file as UTF-8.") from None
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count
