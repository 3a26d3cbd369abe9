"""Parquet: columns of numbers, or of lists of numbers, as pixels, and a column of labels; a block at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnn_tui.data.classes import Labels
from cnn_tui.data.formats.columns import Chosen, choose, class_names, label_columns
from cnn_tui.data.formats.content import Facts, Tell
from cnn_tui.data.formats.label_arrays import LabelBlocks
from cnn_tui.data.formats.lines import ALWAYS_ALLOWED, MAX_EXPANSION, refuse_what_is_no_file, unreadable
from cnn_tui.data.formats.parquet_values import (
    FILL,
    Rows,
    answers_of,
    is_list,
    is_number,
    is_words,
    numbers,
    said,
    way_out,
)
from cnn_tui.data.formats.pixels import Stored, put
from cnn_tui.data.growing import BLOCK_BYTES, Growing
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import AS_IT_COMES, Reading, Where

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import parquet as pq

Array = np.ndarray[Any, Any]
_READ_AHEAD = 2**16
"""How many bytes of each column are read at once."""


def read(where: Where, reading: Reading, out: Growing, tell: Tell) -> tuple[Facts, Labels | None]:
    """The images as `Reader` has it, and the labels when a column holds them."""
    place = Place(where.path)
    with _opened(where.path) as file:
        names = file.schema_arrow.names
        chosen = _chosen(reading, file.schema_arrow, place)
        pixels, answers = ([names[column] for column in columns] for columns in chosen)
        width, dtype = _row(file, pixels, place)
    labels = LabelBlocks(place) if answers else None
    shape = (file.metadata.num_rows, width)
    _refuse_bomb(shape, dtype, where.path)
    columns = tuple(pixels) if len(pixels) == width else ()
    blocks = _blocks(where.path, pixels, shape, dtype, answers, labels)
    notes = put(Stored(shape, dtype, blocks, columns), place, out, tell)
    facts = Facts(format="Parquet", header=True, columns=columns, notes=notes)
    return facts, labels.labels(class_names(chosen.labels, names)) if labels else None


def pixels_and_labels(where: Where, reading: Reading) -> tuple[list[str], list[str]]:
    """The names of the columns that are pixels, and of those that are labels. Raises UserError."""
    with _opened(where.path) as file:
        names = file.schema_arrow.names
        chosen = _chosen(reading, file.schema_arrow, Place(where.path))
    return [names[column] for column in chosen.pixels], [names[column] for column in chosen.labels]


def read_labels(where: Where, reading: Reading = AS_IT_COMES) -> Labels:
    """The labels of a file of labels: its only column, the one that is chosen or named so, or one-hot columns."""
    place = Place(where.path)
    with _opened(where.path) as file:
        names = file.schema_arrow.names
        row = _like_a_row(file.schema_arrow)
        found = label_columns(reading.label_column, names, row, place) if len(names) > 1 else ()
        columns = found or tuple(range(len(names)))
        answers = [names[column] for column in columns]
    labels = LabelBlocks(place)
    for _ in _blocks(where.path, [], (file.metadata.num_rows, 0), np.dtype(np.uint8), answers, labels):
        pass
    return labels.labels(class_names(columns, names))


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


def _chosen(reading: Reading, schema: "pa.Schema", place: Place) -> Chosen:
    """The columns of pixels and of labels, by their places."""
    if len(set(schema.names)) < len(schema.names):
        raise UserError("gives two columns the same name", place, "Give each column its own name.")
    return choose(reading, schema.names, _like_a_row(schema), place)


def _like_a_row(schema: "pa.Schema") -> list[str]:
    """What a row of these columns would be like in a table of text."""
    return ["word" if is_words(kind) else "0" for kind in schema.types]


def _row(file: "pq.ParquetFile", pixels: Sequence[str], place: Place) -> tuple[int, np.dtype[Any]]:
    """How many values a row of these columns has, and their type. Raises UserError for a column of anything else."""
    if not pixels:
        raise UserError("has no column of pixels", place, "Give the images too, or choose other columns.")
    widths, dtypes = 0, []
    for name in pixels:
        kind = file.schema_arrow.field(name).type
        value = kind.value_type if is_list(kind) else kind
        if not is_number(value):
            raise UserError(f'column "{name}" holds {said(kind)}, not numbers', place, way_out(kind))
        widths += _length_of_list(file, name, place) if is_list(kind) else 1
        dtypes.append(np.dtype(value.to_pandas_dtype()))
    return widths, np.result_type(*dtypes)


def _length_of_list(file: "pq.ParquetFile", name: str, place: Place) -> int:
    """The length of the first list of a column."""
    import pyarrow as pa

    kind = file.schema_arrow.field(name).type
    if pa.types.is_fixed_size_list(kind):
        if not kind.list_size:
            raise UserError(f'column "{name}" holds empty lists', place, FILL)
        return int(kind.list_size)
    first = next(file.iter_batches(1, columns=[name], use_threads=False)).column(0)[0]
    if not first.is_valid or not len(first):
        raise UserError(f'row group 1, row 1: column "{name}" is empty', place, FILL)
    return len(first)


def _blocks(
    path: Path,
    pixels: Sequence[str],
    shape: tuple[int, int],
    dtype: np.dtype[Any],
    answers: Sequence[str],
    labels: LabelBlocks | None,
) -> Iterator[Array]:
    """The rows of the columns of pixels; those of `answers`, one-hot if they are several, go to `labels` meanwhile."""
    at_once = max(1, min(2**16, BLOCK_BYTES // max(1, 4 * shape[1] * dtype.itemsize)))
    wanted = [*pixels, *answers]
    row = 0
    with _opened(path) as file:
        for group in range(file.num_row_groups):
            for batch in file.iter_batches(at_once, row_groups=[group], columns=wanted, use_threads=False):
                place = Rows(Place(path), group, row)
                if labels is not None:
                    labels.add(answers_of(batch, answers, place))
                if pixels:
                    parts = [numbers(batch.column(name), name, place) for name in pixels]
                    block = np.concatenate(parts, axis=1, dtype=dtype, casting="same_kind")
                    if block.shape[1] != shape[1]:
                        problem = f"has {block.shape[1]:,} values but the first row has {shape[1]:,}"
                        raise place.error(0, problem, "Give all images the same size.")
                    yield block
                row += len(batch)


def _refuse_bomb(shape: tuple[int, int], dtype: np.dtype[Any], path: Path) -> None:
    if shape[0] * shape[1] * dtype.itemsize > max(ALWAYS_ALLOWED, MAX_EXPANSION * path.stat().st_size):
        problem = f"becomes more than {MAX_EXPANSION} times as large when it is read"
        raise UserError(problem, Place(path), "If that is meant, save it without compression.")
