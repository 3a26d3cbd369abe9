"""Labels from a table: whole numbers, words or one-hot columns, as codes into the classes."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from cnn_tui.data.classes import Labels, positions
from cnn_tui.data.formats.cells import is_number
from cnn_tui.data.formats.layout import Layout, look
from cnn_tui.data.formats.lines import open_lines
from cnn_tui.data.formats.tables import read_numbers
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import AS_IT_COMES, Header, Reading, Where

_WAY_OUT = "Give one column of labels, or one-hot columns: a single 1 in each row, and 0."
_NAMES = "Say --header yes if the first line is a name."


def read_labels(path: Path, reading: Reading = AS_IT_COMES) -> Labels:
    """The labels of a table of one column, or of one-hot columns. Raises UserError naming the line.

    Whole numbers are classes in their order and plainly written (`7.0` is `7`), words are sorted as text, and one-hot
    columns keep theirs.
    """
    layout = look(path, reading.header)
    return _read_column(path, layout) if layout.width == 1 else _read_one_hot(path, reading.header)


def _read_column(path: Path, layout: Layout) -> Labels:
    places: dict[str, int] = {}
    codes = np.fromiter((places.setdefault(label, len(places)) for label in _labels(path, layout)), np.int64)
    names = tuple(places)
    if all(map(is_number, names)):
        _, first_rows = np.unique(codes, return_index=True)
        lines = first_rows + 1 + layout.header
        numbers = _whole_numbers(names, [Place(path, int(line)) for line in lines])
        names, classes = tuple(map(str, numbers)), tuple(map(str, sorted(numbers)))
    else:
        classes = tuple(sorted(names))
    return Labels(positions(names, classes)[codes], classes, 1 + layout.header)


def _labels(path: Path, layout: Layout) -> Iterator[str]:
    """The labels of a table of one column, without the spaces around them."""
    with open_lines(path) as lines:
        for line in islice(lines, int(layout.header), None):
            if layout.delimiter in line or '"' in line:
                place = Place(path, lines.number)
                cells = layout.cells(line, place)
                if len(cells) > 1:
                    raise UserError(f"has {len(cells):,} columns", place, _WAY_OUT)
                line = cells[0]
            if not (label := line.strip()):
                raise UserError("the label is empty", Place(path, lines.number), "Fill it in, or remove the row.")
            yield label


def _whole_numbers(labels: Sequence[str], places: Sequence[Place]) -> list[int]:
    """The numbers that the labels write; each label stands first at its place."""
    spelling: dict[int, int] = {}
    for index, (label, place) in enumerate(zip(labels, places, strict=True)):
        number = int(label) if re.fullmatch(r"[+-]?[0-9]+", label) else float(label)
        if int(number) != number:
            raise UserError(f"{label} is not a class", place, "Labels are whole numbers or words.")
        if (other := spelling.setdefault(int(number), index)) != index:
            problem = (
                f'class {number:.0f} is written "{label}" here and "{labels[other]}" in line {places[other].line:,}'
            )
            raise UserError(problem, place, "Write each class in one way.")
    return list(spelling)


def _read_one_hot(path: Path, header: Header) -> Labels:
    try:
        table = read_numbers(path, header)
    except UserError as error:
        if isinstance(error.where, Place) and error.where.line:
            raise UserError(error.problem, error.where, _WAY_OUT) from None
        raise
    ones = table.values == 1
    wrong = np.flatnonzero((ones.sum(axis=1) != 1) | (ones != table.values).any(axis=1))
    classes = table.columns or tuple(map(str, range(table.values.shape[1])))
    labels = Labels(ones.argmax(axis=1).astype(np.int64), classes, 1 + table.header)
    if wrong.size:
        place = labels.place(Where(path), int(wrong[0]))
        raise UserError("is not one-hot", place, f"{_WAY_OUT} {_NAMES}" if place.line == 1 else _WAY_OUT)
    if len(set(classes)) < len(classes):
        raise UserError("gives two columns the same name", Place(path, 1), "Give each class its own name.")
    return labels
