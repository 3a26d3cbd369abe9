"""Parquet: columns of numbers, or of lists of numbers, as pixels, and a column of labels; a block at a time."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace

from cnn_tui.data.classes import Labels, shortened
from cnn_tui.data.formats.content import Facts, Tell
from cnn_tui.data.formats.label_arrays import LabelBlocks
from cnn_tui.data.formats.lines import ALWAYS_ALLOWED, MAX_EXPANSION, refuse_what_is_no_file, unreadable
from cnn_tui.data.formats.pixels import Stored, put
from cnn_tui.data.growing import BLOCK_BYTES, Growing
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import AS_IT_COMES, Reading, Where

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import parquet as pq

Array = np.ndarray[Any, Any]
LABEL_NAMES = ("label", "labels", "class", "target", "y")
_READ_AHEAD = 2**16
"""How many bytes of each column are read at once."""
_FILL = "Fill it in, or remove the row."


def read(where: Where, reading: Reading, out: Growing, tell: Tell) -> tuple[Facts, Labels | None]:
    """The images as `Reader` has it, and the labels when a column holds them."""
    place = Place(where.path)
    with _opened(where.path) as file:
        schema = file.schema_arrow
        label, pixels = _chosen(reading, schema, place)
        width, dtype = _row(file, pixels, place)
    labels = LabelBlocks(place) if label else None
    shape = (file.metadata.num_rows, width)
    _refuse_bomb(shape, dtype, where.path)
    columns = tuple(pixels) if len(pixels) == width else ()
    blocks = _blocks(where.path, pixels, shape, dtype, label, labels)
    notes = put(Stored(shape, dtype, blocks, columns), place, out, tell)
    return Facts(format="Parquet", header=True, columns=columns, notes=notes), labels.labels() if labels else None


def read_labels(where: Where, reading: Reading = AS_IT_COMES) -> Labels:
    """The labels of a file of labels: its only column, the one that is chosen or named so, or one-hot columns."""
    place = Place(where.path)
    with _opened(where.path) as file:
        schema = file.schema_arrow
        if len(schema.names) == 1:
            reading = replace(reading, label_column="first")
        label, columns = _chosen(reading, schema, place)
        width, dtype = (0, np.dtype(np.uint8)) if label else _row(file, columns, place)
    labels = LabelBlocks(place)
    for block in _blocks(where.path, [] if label else columns, (file.metadata.num_rows, width), dtype, label, labels):
        if not label:
            labels.add(block)
    found = labels.labels()
    return found if label or len(columns) != width else Labels(found.codes, tuple(columns))


@contextmanager
def _opened(path: Path) -> Iterator["pq.ParquetFile"]:
    """The file, checked as far as its end goes, which says what is in it. Raises UserError, also while it is read."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    refuse_what_is_no_file(path)
    damaged = UserError("is a damaged Parquet file", Place(path), "Copy or download it again.")
    try:
        with path.open("rb") as file:
            if file.read(4) != b"PAR1":
                raise UserError("is not a Parquet file", Place(path), "Give a table, or a Parquet file.")
            file.seek(-4, 2)
            if file.read() != b"PAR1":
                raise UserError("breaks off: its end is missing", Place(path), "Copy or download it again.")
        with pq.ParquetFile(path, buffer_size=_READ_AHEAD, pre_buffer=False, page_checksum_verification=True) as opened:
            if not opened.metadata.num_rows:
                raise UserError("holds no rows", Place(path), "Give a file with a row an image.")
            yield opened
    except (pa.ArrowException, ValueError, LookupError, TypeError, OverflowError, MemoryError):
        raise damaged from None
    except OSError as error:  # pyarrow raises this for damage too, then without a number
        raise (unreadable(path, error) if error.errno else damaged) from None


def _chosen(reading: Reading, schema: "pa.Schema", place: Place) -> tuple[str | None, list[str]]:
    """The name of the column of labels, if there is one, and of those that are pixels."""
    names = schema.names
    if len(set(names)) < len(names):
        raise UserError("gives two columns the same name", place, "Give each column its own name.")
    label = _label(reading.label_column, names, schema, place)
    return label, [name for name in _selected(reading.columns, names, place) if name != label]


def _selected(text: str, names: Sequence[str], place: Place) -> list[str]:
    """The columns that `Reading.columns` means."""
    if text == "all":
        return list(names)
    kept, listed = not text.startswith("all but "), set[str]()
    for part in text.removeprefix("all but ").split(","):
        listed.update(_columns(part.strip(), names, place))
    return [name for name in names if (name in listed) == kept]


def _columns(text: str, names: Sequence[str], place: Place) -> Sequence[str]:
    """The column of a name or a number from 1, or those from one number to another."""
    if text in names:
        return [text]
    numbers = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", text)
    first, last = (int(numbers[1]), int(numbers[2] or numbers[1])) if numbers else (0, 0)
    if not 1 <= first <= last <= len(names):
        raise UserError(f'has no column "{text}"', place, f"Its columns are {shortened(names)}.")
    return names[first - 1 : last]


def _label(text: str, names: Sequence[str], schema: "pa.Schema", place: Place) -> str | None:
    if text == "none":
        return None
    if text == "auto":
        named = [name for name in names if name.lower() in LABEL_NAMES]
        words = [name for name in names if _is_words(schema.field(name).type)]
        found = named if len(named) == 1 else words
        return found[0] if len(found) == 1 and len(names) > 1 else None
    return _columns({"first": "1", "last": str(len(names))}.get(text, text), names, place)[0]


def _row(file: "pq.ParquetFile", pixels: Sequence[str], place: Place) -> tuple[int, np.dtype[Any]]:
    """How many values a row of these columns has, and their type. Raises UserError for a column of anything else."""
    import pyarrow as pa

    if not pixels:
        raise UserError("has no column of pixels", place, "Give the images too, or choose other columns.")
    widths, dtypes = 0, []
    for name in pixels:
        kind = file.schema_arrow.field(name).type
        is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
        value = kind.value_type if is_list else kind
        if not _is_number(value):
            raise UserError(f'column "{name}" holds {_said(kind)}, not numbers', place, _way_out(kind))
        widths += _length_of_list(file, name, place) if is_list else 1
        dtypes.append(np.dtype(value.to_pandas_dtype()))
    return widths, np.result_type(*dtypes)


def _length_of_list(file: "pq.ParquetFile", name: str, place: Place) -> int:
    """The length of the first list of a column."""
    import pyarrow as pa

    kind = file.schema_arrow.field(name).type
    if pa.types.is_fixed_size_list(kind):
        if not kind.list_size:
            raise UserError(f'column "{name}" holds empty lists', place, _FILL)
        return int(kind.list_size)
    first = next(file.iter_batches(1, columns=[name], use_threads=False)).column(0)[0]
    if not first.is_valid or not len(first):
        raise UserError(f'row group 1, row 1: column "{name}" is empty', place, _FILL)
    return len(first)


def _blocks(
    path: Path,
    pixels: Sequence[str],
    shape: tuple[int, int],
    dtype: np.dtype[Any],
    label: str | None,
    labels: LabelBlocks | None,
) -> Iterator[Array]:
    """The rows of the columns, whose labels are added to `labels` meanwhile."""
    at_once = max(1, min(2**16, BLOCK_BYTES // max(1, 4 * shape[1] * dtype.itemsize)))
    wanted = [*pixels, *([label] if label else [])]
    row = 0
    with _opened(path) as file:
        for group in range(file.num_row_groups):
            for batch in file.iter_batches(at_once, row_groups=[group], columns=wanted, use_threads=False):
                place = _Rows(Place(path), group, row)
                if label and labels is not None:
                    labels.add(_label_values(batch.column(label), label, place))
                if pixels:
                    parts = [_numbers(batch.column(name), name, place) for name in pixels]
                    block = np.concatenate(parts, axis=1, dtype=dtype, casting="same_kind")
                    if block.shape[1] != shape[1]:
                        problem = f"has {block.shape[1]:,} values but the first row has {shape[1]:,}"
                        raise place.error(0, problem, "Give all images the same size.")
                    yield block
                row += len(batch)


class _Rows:
    """Some rows of a row group, to say where something stands; all are counted from 0."""

    def __init__(self, place: Place, group: int, first_row: int) -> None:
        self._place, self._group, self._first_row = place, group, first_row

    def error(self, row: int, problem: str, remedy: str) -> UserError:
        """What is wrong with one of them."""
        where = f"row group {self._group + 1:,}, row {self._first_row + row + 1:,}"
        return UserError(f"{where}: {problem}", self._place, remedy)


def _numbers(column: "pa.Array", name: str, rows: _Rows) -> Array:
    """The values of a column [n, ...] side by side."""
    import pyarrow as pa

    _refuse_nulls(column, name, rows)
    if _is_number(column.type):
        return _plain(column)[:, None]
    flat = column.flatten()
    _refuse_nulls(flat, name, rows, len(flat) // max(1, len(column)))
    lengths = np.full(len(column), len(flat) // len(column)) if pa.types.is_fixed_size_list(column.type) else None
    if lengths is None:
        lengths = column.value_lengths().to_numpy()
    other = np.flatnonzero(lengths != lengths[0])
    if other.size:
        problem = f'column "{name}" holds {lengths[other[0]]:,} values where others hold {lengths[0]:,}'
        raise rows.error(int(other[0]), problem, "Give all images the same size.")
    return _plain(flat).reshape(len(column), int(lengths[0]))


def _label_values(column: "pa.Array", name: str, rows: _Rows) -> Array:
    """The labels of a column [n]: numbers as they are, words as objects."""
    import pyarrow as pa

    _refuse_nulls(column, name, rows)
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if _is_number(kind):
        return _plain(column)
    if not _is_words(kind):
        raise rows.error(0, f'column "{name}" holds {_said(kind)}, not labels', "Labels are whole numbers or words.")
    return np.array(column.to_pylist(), dtype=object)


def _refuse_nulls(column: "pa.Array", name: str, rows: _Rows, each: int = 1) -> None:
    """Raises UserError for a value that is missing; each row has so many."""
    if column.null_count:
        row = int(np.argmax(column.is_null().to_numpy(zero_copy_only=False))) // max(1, each)
        raise rows.error(row, f'column "{name}" is empty', _FILL)


def _plain(column: "pa.Array") -> Array:
    values = column.to_numpy(zero_copy_only=False)
    assert isinstance(values, np.ndarray)
    return values


def _refuse_bomb(shape: tuple[int, int], dtype: np.dtype[Any], path: Path) -> None:
    if shape[0] * shape[1] * dtype.itemsize > max(ALWAYS_ALLOWED, MAX_EXPANSION * path.stat().st_size):
        problem = f"becomes more than {MAX_EXPANSION} times as large when it is read"
        raise UserError(problem, Place(path), "If that is meant, save it without compression.")


def _is_number(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))


def _is_words(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _said(kind: "pa.DataType") -> str:
    """What a type is called."""
    import pyarrow as pa

    if isinstance(kind, pa.BaseExtensionType):
        return f"values of the extension {kind.extension_name}"
    return "words" if _is_words(kind) else f"values of type {kind}"


def _way_out(kind: "pa.DataType") -> str:
    import pyarrow as pa

    if pa.types.is_struct(kind) and {"bytes", "path"} <= {field.name for field in kind}:
        return "Save the pictures as files, in a folder for each class."
    return "Choose the columns that are pixels, and the column of labels."
