"""Tables of numbers from .tsv and .csv files, plain or gzipped: read fast, and never as anything but what they say.

NumPy's reader does the work, a block of rows at a time. It is strict where others are not (pandas makes 44 of 300 and
fills up short rows), and it stops at the line that is wrong.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from cnn_tui.data.classes import Labels
from cnn_tui.data.findings import many
from cnn_tui.data.formats.cells import fault
from cnn_tui.data.formats.columns import Chosen, choose, class_names
from cnn_tui.data.formats.content import Facts, Tell, silently
from cnn_tui.data.formats.label_cells import LabelCells
from cnn_tui.data.formats.layout import SPACES, Layout, look, notes_on_names
from cnn_tui.data.formats.lines import Lines, is_gzip, open_lines, open_text
from cnn_tui.data.growing import BLOCK_BYTES, Growing
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Header, Reading, Where
from cnn_tui.spec.report import Finding

Array = np.ndarray[Any, Any]
NAMES = {
    "\t": "tab-separated",
    ",": "comma-separated",
    ";": "semicolon-separated",
    "|": "bar-separated",
    " ": "space-separated",
}
_ARROW_BLOCK = 2**22
_MANY_COLUMNS = 17


@dataclass(frozen=True)
class NumberTable:
    """A table of numbers: `values` [rows, columns], uint8 when all are whole numbers from 0 to 255, else float32."""

    values: Array
    columns: tuple[str, ...]
    """The names of the columns, or none."""
    header: bool
    delimiter: str


def read_numbers(path: Path, header: Header = "auto", reading: Reading | None = None) -> NumberTable:
    """A whole table of numbers in memory. Raises UserError naming the line and the column that are no numbers."""
    reading = reading or Reading(header=header, label_column="none")
    file = io.BytesIO()
    out = Growing(file)
    facts, _ = read(Where(path), reading, out, silently)
    out.finish()
    file.seek(0)
    values = np.load(file)
    return NumberTable(values, facts.columns, facts.header, look(path, reading).delimiter)


def read(where: Where, reading: Reading, out: Growing, tell: Tell) -> tuple[Facts, Labels | None]:
    """The table as `Reader` has it, and the labels when a column of it holds them."""
    layout = look(where.path, reading)
    names = layout.names[: layout.columns]
    chosen = choose(reading, names, layout.first[: layout.columns], Place(where.path))
    table = _Table(where.path, reading.encoding, layout, chosen, out, tell)
    table.read()
    columns = tuple(names[column] for column in chosen.pixels) if names else ()
    zipped = ", gzipped" if is_gzip(where.path) else ""
    facts = Facts(
        format=f"{NAMES[layout.delimiter]} table{zipped}", header=layout.header, columns=columns, notes=table.notes()
    )
    return facts, table.labels.labels() if chosen.labels else None


def no_labels(path: Path, columns: int) -> UserError:
    """What is said of a table that was read without labels where they are needed."""
    side = round((columns - 1) ** 0.5)
    if columns > _MANY_COLUMNS and side * side == columns - 1:
        problem = (
            f"has no labels that can be told from its {columns:,} columns: {columns - 1:,} pixels and perhaps a label"
        )
        return UserError(problem, Place(path), "Say --label-column first or last, or give the file of labels too.")
    remedy = "Give the file of their labels too, or say --label-column if a column holds them."
    return UserError("has no labels", Place(path), remedy)


class _Table:
    """One table on its way into `out`."""

    def __init__(self, path: Path, encoding: str, layout: Layout, chosen: Chosen, out: Growing, tell: Tell) -> None:
        self._path, self._encoding, self._layout = path, encoding, layout
        self._chosen, self._out, self._tell = chosen, out, tell
        self._whole = chosen.pixels == tuple(range(layout.width))
        """Whether every cell is a pixel, so that lines go to the reader as they are."""
        self.labels = LabelCells(class_names(chosen.labels, layout.names), self._place_of)
        self._notes: tuple[Finding, ...] = ()

    def read(self) -> None:
        """Reads it as bytes; from the first number that is none, all of it as fractions. Raises UserError."""
        if not self._read_strictly(np.uint8):
            self._out.clear()
            self.labels.clear()
            self._read_by_arrow()
            self._read_strictly(np.float32, start=self._out.rows)
            self._out.as_bytes_if_whole()
        self._tell(1)

    def notes(self) -> tuple[Finding, ...]:
        """What was left out, or taken for names."""
        notes = (*notes_on_names(self._layout.names), *self._notes)
        if not self._layout.trailing:
            return notes
        sentence = "Every line ends with a delimiter: the empty last column was left out."
        return (*notes, Finding(kind="trailing-delimiter", sentence=sentence, count=1))

    def _read_strictly(self, dtype: type[np.generic], start: int = 0) -> bool:
        """The rows from `start` (from 0) on by NumPy; False when one holds numbers, but not of this type."""
        at_once = max(1, BLOCK_BYTES // (8 * len(self._chosen.pixels)))
        with self._lines() as lines:
            cells: list[Sequence[str]] = []
            rows = islice(self._rows(lines, cells), start, None)
            try:
                for first in rows:
                    del cells[:-1]  # those of rows that were passed over
                    self._add(self._load(chain([first], islice(rows, at_once - 1)), dtype), cells)
                    self._tell(lines.share)
            except ValueError:
                if problem := self._fault_of_line(lines):
                    raise problem from None
                if dtype == np.uint8:
                    return False
                raise UserError("is not a row of numbers", Place(self._path, lines.number)) from None
            self._notes = tuple(_notes_on(lines))
        return True

    def _read_by_arrow(self) -> None:
        """The rows as float32 by a reader five times as fast, up to the first block that it is in doubt about."""
        layout, chosen = self._layout, self._chosen
        if layout.quoted or layout.trailing or layout.delimiter == SPACES:
            return
        import pyarrow as pa
        from pyarrow import csv

        names = [str(column) for column in range(layout.width)]
        types = {names[column]: pa.float64() for column in chosen.pixels}
        with open_text(self._path, self._encoding) as file, suppress(pa.ArrowException):
            for batch in csv.open_csv(
                file,
                csv.ReadOptions(column_names=names, skip_rows=layout.first_line - 1, block_size=_ARROW_BLOCK),
                csv.ParseOptions(delimiter=layout.delimiter, quote_char=False, ignore_empty_lines=False),
                csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()) | types, null_values=[]),
            ):
                values = np.column_stack([batch.column(column).to_numpy() for column in chosen.pixels])
                cells: list[Sequence[str]] = list(
                    zip(*(batch.column(column).to_pylist() for column in chosen.labels), strict=True)
                )
                if any(_is_doubtful(cell) for row in cells for cell in row):
                    return
                self._add(_as_float32(values), cells)
                self._tell(file.share)

    def _add(self, block: Array, cells: list[Sequence[str]]) -> None:
        """Puts a block of rows behind the others, and takes their labels out of `cells`."""
        if block.dtype == np.float32 and not np.isfinite(block.sum(dtype=np.float64)):
            raise self._fault_of_row(self._out.rows + int(np.flatnonzero(~np.isfinite(block).all(axis=1))[0]))
        self._out.add(block)
        if self._chosen.labels:
            self.labels.add(cells)
        cells.clear()

    def _rows(self, lines: Lines, cells: list[Sequence[str]]) -> Iterator[str]:
        """The lines of pixels, those of the names passed over; what stands in columns of labels goes to `cells`."""
        rows = islice(lines, int(self._layout.header), None)
        if self._whole:
            return map(self._layout.unquoted, rows) if self._layout.quoted else rows
        return self._parted(rows, lines, cells)

    def _parted(self, rows: Iterator[str], lines: Lines, labels: list[Sequence[str]]) -> Iterator[str]:
        """Raises ValueError at a line that has not as many cells as the first, or a pixel that is several."""
        layout, (pixels, label_columns) = self._layout, self._chosen
        mark = layout.delimiter
        together = slice(pixels[0], pixels[-1] + 1) if pixels == tuple(range(pixels[0], pixels[-1] + 1)) else None
        for line in rows:
            cells = layout.cells(line, Place(self._path, lines.number))
            if len(cells) != layout.width or (layout.trailing and cells[-1].strip()):
                raise ValueError
            labels.append(tuple(cells[column] for column in label_columns))
            picked = cells[together] if together else [cells[column] for column in pixels]
            row = mark.join(picked)
            if row.isspace() or not row or ('"' in line and any(mark in cell for cell in picked)):
                raise ValueError  # NumPy would pass over an empty row, and part a cell that was quoted
            yield row

    def _load(self, rows: Iterator[str], dtype: type[np.generic]) -> Array:
        """The values of the rows. Raises ValueError at the first row that does not fit, before it takes another."""
        delimiter = None if self._layout.delimiter == SPACES else self._layout.delimiter
        values: Array = np.loadtxt(rows, dtype, comments=None, delimiter=delimiter, ndmin=2)
        if values.shape[1] != len(self._chosen.pixels):
            raise ValueError
        return values

    def _lines(self) -> AbstractContextManager[Lines]:
        return open_lines(self._path, self._encoding, True, blanks=self._layout.width > 1, is_row=self._is_row)

    def _is_row(self, line: str) -> bool:
        """Whether a line that begins with # would be a row if that were the beginning of its label."""
        cells = line.rstrip("\n").split(self._layout.delimiter)
        return 0 in self._chosen.labels and not fault(cells, self._layout.width, Place(""), self._chosen.pixels)

    def _fault_of_line(self, lines: Lines) -> UserError | None:
        """What is wrong with the line that was read last."""
        place, layout = Place(self._path, lines.number), self._layout
        cells = layout.cells(lines.text, place)
        if problem := fault(cells, layout.width, place, self._chosen.pixels):
            return problem
        if layout.trailing and cells[-1].strip():
            return UserError(
                f"column {layout.width:,} is not empty as in the first row", place, "Give all rows the same columns."
            )
        return None

    def _place_of(self, row: int) -> Place:
        """The place of a row (from 0)."""
        with self._lines() as lines:
            next(islice(lines, row + int(self._layout.header), None), None)
            return Place(self._path, lines.number)

    def _fault_of_row(self, row: int) -> UserError:
        """What is wrong with a row (from 0) that holds a number too large."""
        with self._lines() as lines:
            next(islice(lines, row + int(self._layout.header), None), None)
            problem = self._fault_of_line(lines)
        assert problem
        return problem


def _notes_on(lines: Lines) -> Iterator[Finding]:
    """What was left out of the lines."""
    if lines.skipped:
        were = many(lines.skipped, "empty line or comment was", "empty lines or comments were")
        sentence = f"{were} left out, the first in line {lines.first_skipped:,}."
        yield Finding(kind="skipped-lines", sentence=sentence, count=lines.skipped)
    if lines.commented_rows:
        would = many(lines.commented_rows, "comment would be a row", "comments would be rows")
        sentence = f"{would} if labels may begin with #, the first in line {lines.first_commented_row:,}."
        remedy = "Put such a label in double quotes."
        yield Finding(kind="commented-rows", sentence=sentence, remedy=remedy, count=lines.commented_rows)


def _is_doubtful(cell: str) -> bool:
    """Whether the strict reader would not take the line of this label as it is."""
    return cell.startswith("#") or "\0" in cell


def _as_float32(values: Array) -> Array:
    with np.errstate(over="ignore"):  # what becomes infinite is found then, with its line
        return values.astype(np.float32)
