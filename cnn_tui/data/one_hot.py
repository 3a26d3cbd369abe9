"""Galaxy's "To categorical": labels written as one-hot columns."""

import re
from pathlib import Path
from typing import IO, Any

import numpy as np

from cnn_tui.data.classes import Labels, short
from cnn_tui.data.labels import read_labels
from cnn_tui.errors import Place, UserError, refuse_to_replace, writing
from cnn_tui.files import exporting
from cnn_tui.spec.data import AS_IT_COMES, Reading, Where

MAX_COLUMNS = 100_000
_BLOCK = 2**24


def write_one_hot(
    labels: Path,
    out: Path | IO[bytes],
    classes: int | None = None,
    reading: Reading = AS_IT_COMES,
) -> None:
    """Writes a row of 0 and a single 1 for each label: tab-separated, without a header, as Galaxy does.

    A whole number is the place of its 1, so that without `classes` there are as many columns as the largest label
    needs, counted from 0; words are numbered as sorted. Raises UserError; a file is then not touched.
    """
    read = read_labels(labels, reading)
    numbers = _numbers(read, labels)
    width = max(numbers) + 1 if classes is None else classes
    _refuse_what_does_not_fit(read, numbers, width, labels)
    places = np.array(numbers, dtype=np.int64)[read.codes]
    if not isinstance(out, Path):
        _write(out, places, width)
        return
    refuse_to_replace(labels, out)
    with writing(out), exporting(out) as file:
        _write(file, places, width)


def _numbers(labels: Labels, path: Path) -> list[int]:
    """The number of each class: its own if all are whole numbers, else its place."""
    if not all(re.fullmatch("-?[0-9]+", name) for name in labels.classes):
        return list(range(len(labels.classes)))
    numbers = [int(name) for name in labels.classes]
    if min(numbers) < 0:
        place = _first(labels, numbers.index(min(numbers)), path)
        raise UserError(f"the label {min(numbers)} is negative", place, "Number the classes from 0.")
    return numbers


def _refuse_what_does_not_fit(labels: Labels, numbers: list[int], width: int, path: Path) -> None:
    largest = numbers.index(max(numbers))
    if numbers[largest] >= width:
        problem = f'the label "{short(labels.classes[largest])}" does not fit into {width:,} classes'
        raise UserError(problem, _first(labels, largest, path), f"Ask for {numbers[largest] + 1:,} or more.")
    if width > MAX_COLUMNS:
        problem = f"there would be {width:,} columns, more than {MAX_COLUMNS:,}"
        raise UserError(problem, Place(path), "Number the classes from 0 without gaps, or keep the labels as they are.")


def _first(labels: Labels, code: int, path: Path) -> Place:
    """Where a class stands first; one-hot columns need not have a row for each."""
    rows = np.flatnonzero(labels.codes == code)
    return labels.place(Where(path), int(rows[0])) if rows.size else Place(path)


def _write(file: IO[bytes], places: np.ndarray[Any, Any], width: int) -> None:
    row = np.frombuffer(b"\t".join([b"0"] * width) + b"\n", np.uint8)
    rows_at_once = max(1, _BLOCK // len(row))
    for start in range(0, len(places), rows_at_once):
        block = places[start : start + rows_at_once]
        text = np.tile(row, (len(block), 1))
        text[np.arange(len(block)), 2 * block] = ord("1")
        file.write(text.tobytes())
