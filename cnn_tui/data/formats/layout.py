"""How a table is laid out, seen from its first two lines: delimiter, quotes, names of the columns."""

import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cnn_tui.data.formats.cells import is_number, is_word, split_quoted
from cnn_tui.data.formats.lines import open_lines
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Header

SPACES = " "
"""The delimiter that stands for any run of spaces."""
DELIMITERS = ("\t", ";", ",")


@dataclass(frozen=True)
class Layout:
    """How the lines of a table are to be read. `names` is empty when the first line is data."""

    delimiter: str
    quoted: bool
    names: tuple[str, ...]
    width: int
    """How many columns there are."""

    @property
    def header(self) -> bool:
        """Whether the first line names the columns."""
        return bool(self.names)

    def cells(self, line: str, place: Place) -> list[str]:
        """The cells of a line. Raises UserError for broken quotes."""
        return _split(line, self.delimiter, place)

    def unquoted(self, line: str) -> str:
        """The line with the quotes around whole cells taken away; other quotes stay, and are no numbers."""
        return _QUOTED_CELL[self.delimiter].sub(r"\1", line) if self.quoted else line


_QUOTED_CELL = {
    mark: re.compile(rf'(?<![^{mark} \n])"([^"{mark}\n]+)"(?![^{mark} \n])') for mark in (*DELIMITERS, SPACES)
}


def look(path: Path, header: Header = "auto") -> Layout:
    """The layout of a table. Raises UserError when the file is empty or holds no row below the names.

    With `auto` the first line names the columns when it has a word and the second line is numbers.
    """
    with open_lines(path) as lines:
        first, second = (*islice(lines, 2), "", "")[:2]
    if not first:
        raise UserError("is empty", Place(path), "Give a table with a line for each image.")
    if header == "no" or (header == "auto" and not _names_columns(first, second, path)):
        delimiter = _delimiter(first)
        return Layout(delimiter, '"' in first, (), len(_split(first, delimiter, Place(path, 1))))
    if not second:
        raise UserError("names columns but holds no rows", Place(path), "Add the rows, or say --header no.")
    delimiter = _delimiter(second)
    names = tuple(name.strip() for name in _split(first, delimiter, Place(path, 1)))
    width = len(_split(second, delimiter, Place(path, 2)))
    if len(names) != width:
        problem = f"names {len(names):,} columns but the next line has {width:,}"
        raise UserError(problem, Place(path, 1), "Name each column once.")
    return Layout(delimiter, '"' in second, names, width)


def _names_columns(first: str, second: str, path: Path) -> bool:
    """Whether the first line looks like names; alone in its file it takes two to tell names from a label."""
    delimiter = _delimiter(second or first)
    names = _split(first, delimiter, Place(path, 1))
    if not second:
        return len(names) > 1 and all(map(is_word, names))
    return any(map(is_word, names)) and all(map(is_number, _split(second, delimiter, Place(path, 2))))


def _delimiter(line: str) -> str:
    """The first of tab, semicolon and comma that is in the line; spaces when they part it into numbers."""
    for mark in DELIMITERS:
        if mark in line:
            return mark
    numbers = line.replace('"', "").split()
    return SPACES if len(numbers) > 1 and all(map(is_number, numbers)) else DELIMITERS[0]


def _split(line: str, delimiter: str, place: Place) -> list[str]:
    if '"' in line:
        return split_quoted(line, delimiter, place)
    return line.split() if delimiter == SPACES else line.rstrip("\n").split(delimiter)
