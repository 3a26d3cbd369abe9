"""How a table is laid out, seen from its first two lines: delimiter, quotes, names of the columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cnn_tui.data.classes import shortened
from cnn_tui.data.findings import many
from cnn_tui.data.formats.cells import is_meant_as_number, is_number, is_word, split_quoted
from cnn_tui.data.formats.lines import open_lines
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import AS_IT_COMES, Reading
from cnn_tui.spec.report import Finding

SPACES = " "
"""The delimiter that stands for any run of spaces."""
DELIMITERS = ("\t", ";", ",", "|")
MARKS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": SPACES}
"""The delimiters as `Reading.delimiter` names them."""


@dataclass(frozen=True)
class Layout:
    """How the lines of a table are to be read. `names` is empty when the first line is data."""

    delimiter: str
    quoted: bool
    names: tuple[str, ...]
    width: int
    """How many cells a line has."""
    first: tuple[str, ...]
    """The cells of the first row."""
    first_line: int
    """The line of the first row, from 1."""
    trailing: bool = False
    """Whether every line ends with a delimiter that parts nothing: the last cell is no column."""

    @property
    def header(self) -> bool:
        """Whether the first line names the columns."""
        return bool(self.names)

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return self.width - self.trailing

    def cells(self, line: str, place: Place) -> list[str]:
        """The cells of a line. Raises UserError for broken quotes."""
        return _split(line, self.delimiter, place)

    def unquoted(self, line: str) -> str:
        """The line with the quotes around whole cells taken away; other quotes stay, and are no numbers."""
        return _QUOTED_CELL[self.delimiter].sub(r"\1", line) if self.quoted else line


_QUOTED_CELL = {
    mark: re.compile(rf'(?<![^{re.escape(mark)} \n])"([^"{re.escape(mark)}\n]+)"(?![^{re.escape(mark)} \n])')
    for mark in (*DELIMITERS, SPACES)
}
_QUOTED = re.compile(r'"[^"]*"')


def look(path: Path, reading: Reading = AS_IT_COMES, skips: bool = True) -> Layout:
    """The layout of a table. Raises UserError when the file is empty or holds no row below the names.

    With the header `auto` the first line names the columns when it has a word and the second line is numbers, or when
    it has no number and a word of it stands above one. `skips` leaves out comments and empty lines.
    """
    with open_lines(path, reading.encoding, skips) as lines:
        seen = [(lines.number, line) for line, _ in zip(lines, range(2), strict=False)]
    left_out = many(lines.skipped, "comment or empty line was", "comments or empty lines were") + " left out"
    if not seen:
        problem = f"holds no rows; {left_out}" if lines.skipped else "is empty"
        raise UserError(problem, Place(path), "Give a table with a line for each image.")
    number, first = seen[0]
    second = seen[1][1] if len(seen) > 1 else ""
    if reading.header == "no" or (reading.header == "auto" and not _names_columns(first, second, reading, path)):
        delimiter = _delimiter(first, reading)
        return _layout(delimiter, (), first, Place(path, number))
    if not second:
        if lines.skipped:
            problem = f"names columns but holds no rows; {left_out}"
            raise UserError(problem, Place(path), "Put labels that begin with # in double quotes.")
        raise UserError("names columns but holds no rows", Place(path), "Add the rows, or say --header no.")
    delimiter = _delimiter(second, reading)
    names = tuple(name.strip() for name in _split(first, delimiter, Place(path, number)))
    layout = _layout(delimiter, names, second, Place(path, seen[1][0]))
    _check_names(layout.names, layout.columns, Place(path, number))
    return layout


def notes_on_names(names: Sequence[str]) -> tuple[Finding, ...]:
    """What is said when the names are numbers, as those of a row are that was taken for names by mistake.

    Names that count up from 0 or 1 are those that programs give.
    """
    if not names or not all(map(is_number, names)):
        return ()
    numbers = [float(name) for name in names]
    if numbers[0] in (0, 1) and numbers == [numbers[0] + place for place in range(len(numbers))]:
        return ()
    sentence = f"The first line was taken for names, but it holds numbers: {shortened(names)}."
    return (Finding(kind="numbers-as-names", sentence=sentence, remedy="Say --header no if it is a row.", count=1),)


def _layout(delimiter: str, names: tuple[str, ...], row: str, place: Place) -> Layout:
    cells = tuple(_split(row, delimiter, place))
    trailing = len(cells) > 1 and not cells[-1].strip() and (not names or len(names) < len(cells) or not names[-1])
    if trailing and len(names) == len(cells):
        names = names[:-1]
    assert place.line
    return Layout(delimiter, '"' in row, names, len(cells), cells, place.line, trailing)


def _check_names(names: Sequence[str], width: int, place: Place) -> None:
    if len(names) != width:
        problem = f"names {many(len(names), 'column', 'columns')} but the next line has {width:,}"
        raise UserError(problem, place, "Name each column once.")
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            remedy = "Give each column its own name."
            if all(map(is_number, names)):
                remedy = "Say --header no if it is a row, or give each column its own name."
            raise UserError(f'names two columns "{name}"', place, remedy)
        seen.add(name)


def _names_columns(first: str, second: str, reading: Reading, path: Path) -> bool:
    """Whether the first line looks like names; alone in its file it takes two to tell names from a label."""
    delimiter = _delimiter(second or first, reading)
    names = _split(first, delimiter, Place(path, 1))
    if not second:
        return len(names) > 1 and all(map(is_word, names))
    cells = _split(second, delimiter, Place(path, 2))
    if all(map(is_meant_as_number, cells[:-1] if len(cells) > 1 and not cells[-1].strip() else cells)):
        return any(map(is_word, names))
    above = any(is_word(name) and is_meant_as_number(cell) for name, cell in zip(names, cells, strict=False))
    return above and not any(map(is_meant_as_number, names))


def _delimiter(line: str, reading: Reading) -> str:
    """The one that was said; else the first of tab, semicolon, comma and bar that is in the line outside quotes.

    Spaces when they part it into numbers.
    """
    if reading.delimiter != "auto":
        return MARKS[reading.delimiter]
    bare = _QUOTED.sub("", line) if '"' in line else line
    if marks := [mark for text in (bare, line) for mark in DELIMITERS if mark in text]:
        return marks[0]
    numbers = line.replace('"', "").split()
    return SPACES if len(numbers) > 1 and all(map(is_number, numbers)) else DELIMITERS[0]


def _split(line: str, delimiter: str, place: Place) -> list[str]:
    if '"' in line:
        return split_quoted(line, delimiter, place)
    return line.split() if delimiter == SPACES else line.rstrip("\n").split(delimiter)
