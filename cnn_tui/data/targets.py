"""Labels that are numbers to be predicted: the columns of a table, or an array, as float32 [rows, targets]."""

from math import isfinite
from typing import Any

import numpy as np
from msgspec.structs import replace

from cnn_tui.data.classes import Labels
from cnn_tui.data.formats import arrays, idx, parquet, picture_lists
from cnn_tui.data.formats.cells import WORD, is_number
from cnn_tui.data.formats.columns import choose, label_columns
from cnn_tui.data.formats.content import silently
from cnn_tui.data.formats.layout import look
from cnn_tui.data.formats.pixels import Stored
from cnn_tui.data.formats.recognise import recognise
from cnn_tui.data.formats.tables import read_numbers
from cnn_tui.data.growing import Growing
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Reading, Source, Where, where
from cnn_tui.spec.layers import by

Array = np.ndarray[Any, Any]
_NOT_A_NUMBER = "Correct it or remove the row; words are classes: say --targets classes."
_IN_TABLES = "Give a table or an array with a row of numbers for each image."


class NoNumbers(UserError):
    """Images have no numbers with them."""


def read_targets(source: Source, reading: Reading) -> Labels:
    """The numbers of a source, from the file of its labels or from the label columns of its table of images.

    They are `codes`, float32 [rows, targets], and `classes` names them. Raises UserError naming the line or the row.
    """
    if source.labels is not None:
        return _read_file(where(source.labels), reading)
    place = where(source.images)
    kind = recognise(place.path) if source.format == "auto" else source.format
    if kind == "list":
        return _beside_paths(place, reading)
    if kind == "parquet":
        return _of_parquet(place, reading, parquet.pixels_and_labels(place, reading)[1])
    if kind != "table":
        problem = "has no numbers with its images"
        raise NoNumbers(problem, Place(place.path, inside=place.inside), "Give the file of their numbers too.")
    columns = _columns_of_labels(place, reading)
    return _read_table(place, reading, ",".join(str(column + 1) for column in columns))


def without_targets(source: Source, reading: Reading) -> Reading:
    """How the images of a source are read, so that its numbers are not taken for pixels, nor for classes."""
    place, plain = where(source.images), replace(reading, label_column="none")
    kind = recognise(place.path) if source.format == "auto" else source.format
    if source.labels is not None or kind not in ("table", "parquet"):
        return plain
    if kind == "parquet":
        return replace(plain, columns=_quoted(parquet.pixels_and_labels(place, reading)[0]))
    layout = look(place.path, reading)
    row = layout.first[: layout.columns]
    chosen = choose(reading, layout.names[: layout.columns], row, Place(place.path))
    _columns_of_labels(place, reading)
    return replace(plain, columns=",".join(str(column + 1) for column in chosen.pixels))


def _beside_paths(place: Where, reading: Reading) -> Labels:
    """The numbers of a table of paths to pictures."""
    cells, names, lines = picture_lists.read_numbers(place.path, reading)
    if not names:
        raise _no_column(place)
    for line, row in zip(lines, cells, strict=True):
        for name, cell in zip(names, row, strict=True):
            if not is_number(cell) or not isfinite(float(cell)):
                raise UserError(f'"{name}" is "{cell}", which is no number', Place(place.path, line), _NOT_A_NUMBER)
    return Labels(np.array(cells, np.float32).reshape(len(cells), -1), names, lines[0])


def _no_column(place: Where) -> NoNumbers:
    remedy = "Say --label-column with its name, its number from 1, first or last."
    return NoNumbers("has no column of numbers to predict", Place(place.path), remedy)


def _columns_of_labels(place: Where, reading: Reading) -> tuple[int, ...]:
    layout = look(place.path, reading)
    row = layout.first[: layout.columns]
    found = label_columns(reading.label_column, layout.names[: layout.columns], row, Place(place.path))
    if not found:
        raise _no_column(place)
    return found


def _read_file(place: Where, reading: Reading) -> Labels:
    match recognise(place.path):
        case "table":
            chosen = reading.label_column
            return _read_table(place, reading, "all" if chosen in ("auto", "none", "first", "last") else chosen)
        case "npy":
            return _of_array(arrays.stored_npy(place.path), place)
        case "npz":
            return _of_array(arrays.stored_npz(place), place)
        case "idx":
            return _of_array(idx.stored(place.path), place)
        case "parquet":
            return _of_parquet(place, reading)
    raise UserError("holds no numbers", Place(place.path, inside=place.inside), _IN_TABLES)


def _read_table(place: Where, reading: Reading, columns: str) -> Labels:
    try:
        table = read_numbers(place.path, reading=replace(reading, label_column="none", columns=columns))
    except UserError as error:
        if WORD in error.problem:
            raise UserError(error.problem, error.where, _NOT_A_NUMBER) from None
        raise
    names = table.columns or _numbered(table.values.shape[1])
    return Labels(_as_targets(table.values), names, look(place.path, reading).first_line)


def _of_parquet(place: Where, reading: Reading, names: list[str] | None = None) -> Labels:
    """The numbers of these columns, or of all."""
    import io

    if names == []:
        raise _no_column(place)
    file = io.BytesIO()
    out = Growing(file)
    columns = "all" if names is None else _quoted(names)
    facts, _ = parquet.read(place, replace(reading, label_column="none", columns=columns), out, silently)
    out.finish()
    file.seek(0)
    values = np.load(file)
    return Labels(_as_targets(values), facts.columns or _numbered(values.shape[1]))


def _quoted(names: list[str]) -> str:
    return ",".join(f'"{name}"' for name in names)


def _of_array(stored: Stored, place: Where) -> Labels:
    """The numbers of an array [N] or [N, targets]. Raises UserError for what is none."""
    spot = Place(place.path, inside=place.inside)
    rows, *inner = stored.shape
    if len(inner) > 1:
        raise UserError(
            f"holds {rows:,} arrays of {by(tuple(inner))}, which are images and not numbers", spot, _IN_TABLES
        )
    if stored.dtype.kind not in "fiub":
        raise UserError("holds words, not numbers", spot, _IN_TABLES)
    values = np.concatenate([np.asarray(block, np.float32).reshape(len(block), -1) for block in stored.blocks])
    wrong = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if wrong.size:
        raise UserError(f"row {wrong[0] + 1:,} holds what is not a number", spot, "Fill it in, or remove the row.")
    return Labels(values, _numbered(values.shape[1]))


def _as_targets(values: Array) -> Array:
    return np.ascontiguousarray(values, np.float32).reshape(len(values), -1)


def _numbered(count: int) -> tuple[str, ...]:
    """What columns without names are called: one alone is the number."""
    if count == 1:
        return ("number",)
    return tuple(str(number) for number in range(count))
