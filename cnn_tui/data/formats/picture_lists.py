"""A table of paths and labels: the pictures that it names, in its order."""

import hashlib
import stat
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from cnn_tui.data.classes import Labels
from cnn_tui.data.formats.at_sight import AtSight
from cnn_tui.data.formats.cells import is_number, split_quoted
from cnn_tui.data.formats.class_folders import some
from cnn_tui.data.formats.columns import places
from cnn_tui.data.formats.content import Facts, Tell
from cnn_tui.data.formats.folders import digest_of, opener, signs
from cnn_tui.data.formats.lines import open_lines
from cnn_tui.data.formats.pictures import Described, look, read_album
from cnn_tui.data.growing import Growing
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import AS_IT_COMES, Reading, Where

PATH_NAMES = ("path", "file", "image", "filename")
"""What a column of paths is called, in any case; a column without such a name must be the first."""
LABEL_NAMES = ("label", "labels", "class", "target", "y", "category")
_DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
_UNNAMED = "Say --label-column with its name, its number from 1, first, last or none."


class _Row(NamedTuple):
    line: int
    cells: list[str]


class _Table(NamedTuple):
    """The rows below the names; `paths` is the column of paths, from 0."""

    names: list[str]
    rows: list[_Row]
    paths: int


def is_list(path: Path) -> bool:
    """Whether the first row of a table names a file that is there. Raises UserError for what is no text."""
    try:
        table = _table(path, AS_IT_COMES, most=2)
    except UserError:
        return False
    return bool(table.rows) and _is_file(path, table.rows[0].cells, table.paths)


def read(where: Where, reading: Reading, out: Growing, tell: Tell) -> tuple[Facts, Labels | None]:
    """The pictures as `Reader` has it; paths count from the folder of the table."""
    path = where.path
    table = _table(path, reading)
    column = _label_column(table, reading, path)
    missing = [row for row in table.rows if not _is_file(path, row.cells, table.paths)]
    if missing:
        count = f"{len(missing):,} of {len(table.rows):,} files are not there"
        listed = some([row.cells[table.paths] if table.paths < len(row.cells) else "" for row in missing])
        remedy = "Paths count from the folder of the table; correct them, or remove their rows."
        raise UserError(f"{count}: {listed}", Place(path, missing[0].line), remedy)
    names = [row.cells[table.paths] for row in table.rows]
    labels = None if column is None else [_label(row, column, path) for row in table.rows]

    album = look(where, list(dict.fromkeys(names)), opener(path.parent), tell, AtSight(reading, out))
    album.damaged |= dict.fromkeys(album.others, "is no picture")
    album.refuse_damaged(reading)
    return read_album(album, names, labels, reading, Described("table of paths to pictures"), out, tell)


def read_numbers(path: Path, reading: Reading) -> tuple[list[list[str]], tuple[str, ...], list[int]]:
    """The cells of the numbers that stand beside the paths, what they are called, and the line of each row.

    Several columns are named by `Reading.label_column`. Raises UserError.
    """
    table = _table(path, reading)
    columns = _number_columns(table, reading, path)
    names = tuple(table.names[place] if place < len(table.names) else str(place) for place in columns)
    cells = [[_label(row, place, path) for place in columns] for row in table.rows]
    return cells, names, [row.line for row in table.rows]


def _number_columns(table: _Table, reading: Reading, path: Path) -> tuple[int, ...]:
    asked, width = reading.label_column, max(len(table.names), *(len(row.cells) for row in table.rows))
    if asked == "none":
        return ()
    if asked == "all":
        return tuple(place for place in range(width) if place != table.paths)
    if "," in asked or "-" in asked:
        return places(asked, table.names, width, Place(path))
    column = _label_column(table, reading, path)
    return () if column is None else (column,)


def digest(path: Path, reading: Reading) -> str:
    """What changes when the table does, or a file that it names: the bytes of the one, size and time of the others."""
    found = {}
    table = _table(path, reading)
    for row in table.rows:
        if _is_file(path, row.cells, table.paths):
            name = row.cells[table.paths]
            found[name] = signs((path.parent / name).stat())
    return hashlib.sha256(path.read_bytes()).hexdigest() + digest_of(path.parent, found)


def _table(path: Path, reading: Reading, most: int | None = None) -> _Table:
    with open_lines(path, reading.encoding) as lines:
        texts = [(lines.number, line) for line in islice(lines, most)]
    if not texts:
        raise UserError("is empty", Place(path), "Give a line for each picture: its path and its label.")
    mark = _delimiter(texts[0][1]) if reading.delimiter == "auto" else _DELIMITERS[reading.delimiter]
    rows = [_Row(line, [cell.strip() for cell in split_quoted(text, mark, Place(path, line))]) for line, text in texts]
    first = rows[0].cells
    header = reading.header == "yes" or (reading.header == "auto" and not _is_file(path, first, 0) and len(rows) > 1)
    if not header:
        return _Table([], rows, 0)
    paths = next((place for place, name in enumerate(first) if name.lower() in PATH_NAMES), 0)
    return _Table(first, rows[1:], paths)


def _delimiter(line: str) -> str:
    return next((mark for mark in "\t;,|" if mark in line), "\t")


def _is_file(table: Path, cells: list[str], column: int) -> bool:
    """Whether the cell names a plain file that is there; numbers are not asked about."""
    cell = cells[column] if column < len(cells) else ""
    if not cell or is_number(cell):
        return False
    try:
        return stat.S_ISREG((table.parent / cell).stat().st_mode)
    except (OSError, ValueError):
        return False


def _label_column(table: _Table, reading: Reading, path: Path) -> int | None:
    """The place of the labels, or None when there are none. Raises UserError when it is not clear."""
    asked = reading.label_column
    width = max(len(row.cells) for row in table.rows) if table.rows else len(table.names)
    if asked == "none":
        return None
    if asked == "auto":
        others = [place for place in range(width) if place != table.paths]
        named = [place for place in others if place < len(table.names) and table.names[place].lower() in LABEL_NAMES]
        if not others:
            return None
        if len(others) == 1 or len(named) == 1:
            return (named or others)[0]
        columns = f": {some(table.names)}" if table.names else ""
        raise UserError(f"has {width} columns and none is known as the labels{columns}", Place(path), _UNNAMED)
    if asked.strip('"') in table.names:
        return table.names.index(asked.strip('"'))
    places = {"first": 1, "last": width}
    number = places.get(asked, int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0)
    if not 1 <= number <= width:
        columns = f"; there are {some(table.names)}" if table.names else f"; there are {width}"
        raise UserError(f'has no column "{asked}"{columns}', Place(path), _UNNAMED)
    return number - 1


def _label(row: _Row, column: int, path: Path) -> str:
    label = row.cells[column] if column < len(row.cells) else ""
    if not label:
        raise UserError("the label is empty", Place(path, row.line), "Fill it in, or remove the row.")
    return label
