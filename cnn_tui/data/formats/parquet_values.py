"""The values of the columns of a Parquet file, as arrays; what cannot be one is said with its row group and row."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cnn_tui.errors import Place, UserError

if TYPE_CHECKING:
    import pyarrow as pa

Array = np.ndarray[Any, Any]
FILL = "Fill it in, or remove the row."


class Rows:
    """Some rows of a row group, to say where something stands; all are counted from 0."""

    def __init__(self, place: Place, group: int, first_row: int) -> None:
        self._place, self._group, self._first_row = place, group, first_row

    def error(self, row: int, problem: str, remedy: str) -> UserError:
        """What is wrong with one of them."""
        where = f"row group {self._group + 1:,}, row {self._first_row + row + 1:,}"
        return UserError(f"{where}: {problem}", self._place, remedy)


def numbers(column: "pa.Array", name: str, rows: Rows) -> Array:
    """The values of a column [n, ...] side by side."""
    import pyarrow as pa

    _refuse_nulls(column, name, rows)
    if is_number(column.type):
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


def answers_of(batch: "pa.RecordBatch", names: Sequence[str], rows: Rows) -> Array:
    """The labels of some rows: [n] of one column, [n, classes] of several or of lists, which must be numbers."""
    kinds = {name: batch.column(name).type for name in names}
    if len(names) == 1 and not is_list(kinds[names[0]]):
        return _label_values(batch.column(names[0]), names[0], rows)
    for name, kind in kinds.items():
        if not is_number(kind.value_type if is_list(kind) else kind):
            problem = f'column "{name}" holds {said(kind)}, not the 0 and 1 of one-hot labels'
            raise rows.error(0, problem, "Choose one column of labels, or one-hot columns.")
    return np.concatenate([numbers(batch.column(name), name, rows) for name in names], axis=1)


def _label_values(column: "pa.Array", name: str, rows: Rows) -> Array:
    """The labels of a column [n]: numbers as they are, words as objects."""
    import pyarrow as pa

    _refuse_nulls(column, name, rows)
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if is_number(kind):
        return _plain(column)
    if not is_words(kind):
        raise rows.error(0, f'column "{name}" holds {said(kind)}, not labels', "Labels are whole numbers or words.")
    return np.array(column.to_pylist(), dtype=object)


def _refuse_nulls(column: "pa.Array", name: str, rows: Rows, each: int = 1) -> None:
    """Raises UserError for a value that is missing; each row has so many."""
    if column.null_count:
        row = int(np.argmax(column.is_null().to_numpy(zero_copy_only=False))) // max(1, each)
        raise rows.error(row, f'column "{name}" is empty', FILL)


def _plain(column: "pa.Array") -> Array:
    values = column.to_numpy(zero_copy_only=False)
    assert isinstance(values, np.ndarray)
    return values


def is_list(kind: "pa.DataType") -> bool:
    """Whether its values are lists."""
    import pyarrow as pa

    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def is_number(kind: "pa.DataType") -> bool:
    """Whether its values are numbers."""
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))


def is_words(kind: "pa.DataType") -> bool:
    """Whether its values are words, also when they are numbered."""
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def said(kind: "pa.DataType") -> str:
    """What a type is called."""
    import pyarrow as pa

    if isinstance(kind, pa.BaseExtensionType):
        return f"values of the extension {kind.extension_name}"
    return "words" if is_words(kind) else f"values of type {kind}"


def way_out(kind: "pa.DataType") -> str:
    """What to do where a column of this type is no pixel."""
    import pyarrow as pa

    if pa.types.is_struct(kind) and {"bytes", "path"} <= {field.name for field in kind}:
        return "Save the pictures as files, in a folder for each class."
    return "Choose the columns that are pixels, and the column of labels."
