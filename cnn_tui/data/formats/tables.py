"""Tables of numbers from .tsv and .csv files, plain or gzipped: read fast, and never as anything but what they say.

NumPy's reader does the work. It is strict where others are not (pandas makes 44 of 300 and fills up short rows), it
stops at the line that is wrong, and it needs little memory beside the result.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cnn_tui.data.formats.cells import fault
from cnn_tui.data.formats.layout import SPACES, Layout, look
from cnn_tui.data.formats.lines import Lines, open_bytes, open_lines
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Header

Array = np.ndarray[Any, Any]
_ARROW_BLOCK = 2**23


@dataclass(frozen=True)
class NumberTable:
    """A table of numbers: `values` [rows, columns], uint8 when all are whole numbers from 0 to 255, else float32."""

    values: Array
    columns: tuple[str, ...]
    """The names of the columns, or none."""
    header: bool
    delimiter: str


def read_numbers(path: Path, header: Header = "auto") -> NumberTable:
    """The table of a file. Raises UserError naming the line and the column that are no numbers."""
    layout = look(path, header)
    values = _read_whole_numbers(path, layout)
    if values is None:
        values = _as_bytes_if_whole(_read_floats(path, layout))
    return NumberTable(values, layout.names, layout.header, layout.delimiter)


def _read_whole_numbers(path: Path, layout: Layout) -> Array | None:
    """The table as uint8, or None when a number is outside 0 to 255 or not spelled as a whole number."""
    with open_lines(path) as lines:
        try:
            return _load(lines, layout, np.uint8)
        except ValueError:
            if problem := _fault_of_line(lines, layout):
                raise problem from None
            return None


def _read_floats(path: Path, layout: Layout) -> Array:
    """The table as float32, all of it finite."""
    values = _read_floats_by_arrow(path, layout)
    if values is None:
        with open_lines(path) as lines:
            try:
                values = _load(lines, layout, np.float32)
            except ValueError:
                problem = _fault_of_line(lines, layout)
                raise problem or UserError("is not a row of numbers", Place(path, lines.number)) from None
    if not np.isfinite(values.sum(dtype=np.float64)):
        row = int(np.flatnonzero(~np.isfinite(values).all(axis=1))[0])
        raise _fault_of_row(path, layout, row)
    return values


def _load(lines: Lines, layout: Layout, dtype: type[np.generic]) -> Array:
    """The rows in one pass. Raises ValueError, `lines` then stands at the line that does not fit."""
    delimiter = None if layout.delimiter == SPACES else layout.delimiter
    return np.loadtxt(_rows(lines, layout), dtype, comments=None, delimiter=delimiter, ndmin=2)


def _rows(lines: Lines, layout: Layout) -> Iterator[str]:
    numbered = iter(lines)
    if layout.header:
        next(numbered)
    return map(layout.unquoted, numbered) if layout.quoted else numbered


def _read_floats_by_arrow(path: Path, layout: Layout) -> Array | None:
    """The same as float32 by a reader that is five times as fast; None at the least doubt, for it says less of it."""
    if layout.quoted or layout.delimiter == SPACES:
        return None
    import pyarrow as pa
    from pyarrow import csv

    names = [str(column) for column in range(layout.width)]
    blocks = []
    with open_bytes(path) as file, np.errstate(over="ignore"):
        try:
            for batch in csv.open_csv(
                file,
                csv.ReadOptions(column_names=names, skip_rows=int(layout.header), block_size=_ARROW_BLOCK),
                csv.ParseOptions(delimiter=layout.delimiter, quote_char=False, ignore_empty_lines=False),
                csv.ConvertOptions(column_types=dict.fromkeys(names, pa.float64()), null_values=[]),
            ):
                block = np.empty((batch.num_rows, layout.width), np.float32)
                for column, values in enumerate(batch.columns):
                    block[:, column] = values.to_numpy()
                blocks.append(block)
        except pa.ArrowException:
            return None
    return np.concatenate(blocks)


def _fault_of_line(lines: Lines, layout: Layout) -> UserError | None:
    """What is wrong with the line that was read last."""
    place = Place(lines.path, lines.number)
    return fault(layout.cells(lines.text, place), layout.width, place)


def _fault_of_row(path: Path, layout: Layout, row: int) -> UserError:
    """What is wrong with a row, counted from 0."""
    with open_lines(path) as lines:
        numbered = iter(lines)
        for _ in range(row + 1 + layout.header):
            next(numbered)
        problem = _fault_of_line(lines, layout)
    return problem or UserError("is not a row of numbers", Place(path, lines.number))


def _as_bytes_if_whole(values: Array) -> Array:
    """As uint8 when every value is a whole number from 0 to 255."""
    if values.min() < 0 or values.max() > 255:
        return values
    small = values.astype(np.uint8)
    return small if np.array_equal(small, values) else values
