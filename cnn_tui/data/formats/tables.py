"""Tables of numbers from .tsv and .csv files, plain or gzipped: read fast, and never as anything but what they say.

NumPy's reader does the work. It is strict where others are not (pandas makes 44 of 300 and fills up short rows), it
stops at the line that is wrong, and it needs little memory beside the result.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from cnn_tui.data.classes import Labels
from cnn_tui.data.formats.cells import fault
from cnn_tui.data.formats.content import Facts, Tell
from cnn_tui.data.formats.layout import SPACES, Layout, look
from cnn_tui.data.formats.lines import Lines, is_gzip, open_bytes, open_lines
from cnn_tui.data.growing import Growing
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Header, Reading, Where

Array = np.ndarray[Any, Any]
NAMES = {"\t": "tab-separated", ",": "comma-separated", ";": "semicolon-separated", " ": "space-separated"}
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


def read(where: Where, reading: Reading, out: Growing, tell: Tell) -> tuple[Facts, Labels | None]:
    """The table as `Reader` has it."""
    table = read_numbers(where.path, reading.header)
    out.add(table.values)
    tell(1)
    zipped = ", gzipped" if is_gzip(where.path) else ""
    return Facts(format=f"{NAMES[table.delimiter]} table{zipped}", header=table.header, columns=table.columns), None


def _read_whole_numbers(path: Path, layout: Layout) -> Array | None:
    """The table as uint8, or None when a number is outside 0 to 255 or not spelled as a whole number."""
    with open_lines(path) as lines:
        try:
            return _load(_rows(lines, layout), layout, np.uint8)
        except ValueError:
            if problem := _fault_of_line(lines, layout):
                raise problem from None
            return None


def _read_floats(path: Path, layout: Layout) -> Array:
    """The table as float32, all of it finite."""
    blocks = list(_blocks_by_arrow(path, layout))
    blocks.append(_read_rest(path, layout, start=sum(map(len, blocks))))
    values = np.concatenate(blocks)
    if not np.isfinite(values.sum(dtype=np.float64)):
        raise _fault_of_row(path, layout, int(np.flatnonzero(~np.isfinite(values).all(axis=1))[0]))
    return values


def _blocks_by_arrow(path: Path, layout: Layout) -> Iterator[Array]:
    """The rows as float32 by a reader that is five times as fast, up to the first block that it is in doubt about."""
    if layout.quoted or layout.delimiter == SPACES:
        return
    import pyarrow as pa
    from pyarrow import csv

    names = [str(column) for column in range(layout.width)]
    with open_bytes(path) as file, suppress(pa.ArrowException):
        for batch in csv.open_csv(
            file,
            csv.ReadOptions(column_names=names, skip_rows=int(layout.header), block_size=_ARROW_BLOCK),
            csv.ParseOptions(delimiter=layout.delimiter, quote_char=False, ignore_empty_lines=False),
            csv.ConvertOptions(column_types=dict.fromkeys(names, pa.float64()), null_values=[]),
        ):
            yield _as_float32(np.column_stack([column.to_numpy() for column in batch.columns]))


def _read_rest(path: Path, layout: Layout, start: int) -> Array:
    """The rows from `start` (from 0) on as float32, by the strict reader; as a rule there are none."""
    with open_lines(path) as lines:
        rest = islice(_rows(lines, layout), start, None)
        if not (first := next(rest, "")):
            return np.empty((0, layout.width), np.float32)
        if problem := _fault_of_line(lines, layout):
            raise problem
        try:
            return _load(chain([first], rest), layout, np.float32)
        except ValueError:
            problem = _fault_of_line(lines, layout)
            raise problem or UserError("is not a row of numbers", Place(path, lines.number)) from None


def _rows(lines: Lines, layout: Layout) -> Iterator[str]:
    rows = islice(lines, int(layout.header), None)
    return map(layout.unquoted, rows) if layout.quoted else rows


def _load(rows: Iterable[str], layout: Layout, dtype: type[np.generic]) -> Array:
    """The values of the rows. Raises ValueError at the first row that does not fit, before it takes another."""
    delimiter = None if layout.delimiter == SPACES else layout.delimiter
    return np.loadtxt(rows, dtype, comments=None, delimiter=delimiter, ndmin=2)


def _fault_of_line(lines: Lines, layout: Layout) -> UserError | None:
    """What is wrong with the line that was read last."""
    place = Place(lines.path, lines.number)
    return fault(layout.cells(lines.text, place), layout.width, place)


def _fault_of_row(path: Path, layout: Layout, row: int) -> UserError:
    """What is wrong with a row (from 0) that holds a number too large."""
    with open_lines(path) as lines:
        next(islice(_rows(lines, layout), row, None))
        problem = _fault_of_line(lines, layout)
    assert problem
    return problem


def _as_float32(values: Array) -> Array:
    with np.errstate(over="ignore"):  # what becomes infinite is found later, with its line
        return values.astype(np.float32)


def _as_bytes_if_whole(values: Array) -> Array:
    """As uint8 when every value is a whole number from 0 to 255."""
    if values.min() < 0 or values.max() > 255:
        return values
    small = values.astype(np.uint8)
    return small if np.array_equal(small, values) else values
