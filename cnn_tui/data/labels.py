"""Labels from a table of their own: whole numbers, words or one-hot columns, as codes into the classes."""

import dataclasses
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from cnn_tui.data.classes import LabelCounter, Labels
from cnn_tui.data.formats.columns import class_names, label_columns
from cnn_tui.data.formats.label_cells import FEW_COLUMNS, MAYBE_NUMBERS, ONE_HOT_WAY_OUT, as_classes
from cnn_tui.data.formats.layout import Layout, look, notes_on_names
from cnn_tui.data.formats.lines import open_lines
from cnn_tui.data.formats.tables import read_numbers
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import AS_IT_COMES, Reading, Where

_NAMES = "Say --header yes if the first line is a name."


def read_labels(path: Path, reading: Reading = AS_IT_COMES) -> Labels:
    """The labels of a table of one column, of the column that is chosen or named so, or of one-hot columns.

    Whole numbers are classes in their order and plainly written (`7.0` is `7`), words are sorted as text, and one-hot
    columns keep theirs. Raises UserError naming the line.
    """
    layout = look(path, reading, skips=False)
    columns = _chosen(reading, layout, path)
    if len(columns) == 1:
        return _read_column(path, layout, reading.encoding, columns[0])
    return _read_one_hot(path, reading, layout, columns)


def _chosen(reading: Reading, layout: Layout, path: Path) -> tuple[int, ...]:
    """The columns of labels: all of them unless one is chosen, or named so."""
    names, row = layout.names[: layout.columns], layout.first[: layout.columns]
    if layout.columns > 1 and (reading.label_column != "auto" or names):
        return label_columns(reading.label_column, names, row, Place(path)) or tuple(range(layout.columns))
    return tuple(range(layout.columns))


def _read_column(path: Path, layout: Layout, encoding: str, column: int) -> Labels:
    counter = LabelCounter()
    counter.add_cells(_cells(path, layout, encoding, column))
    found = counter.labels(first_line=layout.first_line)
    found = dataclasses.replace(found, notes=(*notes_on_names(layout.names), *found.notes))
    return as_classes(found, lambda row: found.place(Where(path), row))


def _cells(path: Path, layout: Layout, encoding: str, column: int) -> Iterator[str]:
    """What stands in a column, without the line break."""
    with open_lines(path, encoding) as lines:
        for line in islice(lines, int(layout.header), None):
            if layout.delimiter in line or '"' in line or layout.width > 1:
                place = Place(path, lines.number)
                cells = layout.cells(line, place)
                if len(cells) != layout.width:
                    raise UserError(f"has {len(cells):,} columns", place, ONE_HOT_WAY_OUT)
                line = cells[column]
            yield line.removesuffix("\n")


def _read_one_hot(path: Path, reading: Reading, layout: Layout, columns: tuple[int, ...]) -> Labels:
    numbers = ",".join(str(column + 1) for column in columns)
    try:
        table = read_numbers(path, reading=replace(reading, label_column="none", columns=numbers))
    except UserError as error:
        if isinstance(error.where, Place) and error.where.line:
            raise UserError(error.problem, error.where, ONE_HOT_WAY_OUT) from None
        raise
    ones = table.values == 1
    wrong = np.flatnonzero((ones.sum(axis=1) != 1) | (ones != table.values).any(axis=1))
    labels = Labels(ones.argmax(axis=1).astype(np.int64), class_names(columns, layout.names), layout.first_line)
    if wrong.size:
        place = labels.place(Where(path), int(wrong[0]))
        none_is = wrong.size == len(ones)
        if none_is and len(columns) <= FEW_COLUMNS:
            raise UserError("is not one-hot, nor is any other row", place, MAYBE_NUMBERS)
        problem = "is not one-hot: this looks like an image, not a label" if none_is else "is not one-hot"
        raise UserError(problem, place, f"{ONE_HOT_WAY_OUT} {_NAMES}" if place.line == 1 else ONE_HOT_WAY_OUT)
    return labels
