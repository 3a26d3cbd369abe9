"""Labels from a table: whole numbers, words or one-hot columns, as codes into the classes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from cnn_tui.data.formats.cells import is_number
from cnn_tui.data.formats.layout import Layout, look
from cnn_tui.data.formats.lines import open_lines
from cnn_tui.data.formats.tables import read_numbers
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Header

MOST_NAMED = 12
"""How many classes an error names."""
_WAY_OUT = "Give one column of labels, or one-hot columns: a single 1 in each row, and 0."
_NAMES = "Say --header yes if the first line is a name."


@dataclass(frozen=True)
class Labels:
    """The class of each row: `codes` int64 [N] are places in `classes`.

    Whole numbers are classes in their order and plainly written (`7.0` is `7`), words are sorted as text, and one-hot
    columns keep theirs.
    """

    codes: np.ndarray[Any, Any]
    classes: tuple[str, ...]
    header: bool

    def place(self, path: Path, row: int) -> Place:
        """Where the label of a row (from 0) stands in its file."""
        return Place(path, row + 1 + self.header)


def read_labels(path: Path, header: Header = "auto", classes: Sequence[str] | None = None) -> Labels:
    """The labels of a file; with `classes`, those of the training, every label must be one of them.

    Raises UserError naming the line.
    """
    layout = look(path, header)
    labels = _read_column(path, layout) if layout.width == 1 else _read_one_hot(path, header)
    return labels if classes is None else _among(labels, tuple(classes), path)


def shortened(classes: Sequence[str]) -> str:
    """The classes as a list for a sentence; of many the first ones."""
    if len(classes) <= MOST_NAMED:
        return ", ".join(classes)
    return f"{', '.join(classes[:MOST_NAMED])}, ... ({len(classes):,} in all)"


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
    return Labels(_positions(names, classes)[codes], classes, layout.header)


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
    labels = Labels(ones.argmax(axis=1).astype(np.int64), classes, table.header)
    if wrong.size:
        place = labels.place(path, int(wrong[0]))
        raise UserError("is not one-hot", place, f"{_WAY_OUT} {_NAMES}" if place.line == 1 else _WAY_OUT)
    if len(set(classes)) < len(classes):
        raise UserError("gives two columns the same name", Place(path, 1), "Give each class its own name.")
    return labels


def _among(labels: Labels, classes: tuple[str, ...], path: Path) -> Labels:
    """The same labels as places in other classes."""
    positions = _positions(labels.classes, classes)
    codes = positions[labels.codes]
    if (codes < 0).any():
        row = int(np.argmax(codes < 0))
        place = labels.place(path, row)
        label = labels.classes[labels.codes[row]]
        problem = f'the label "{label}" is not among the training classes {shortened(classes)}'
        remedy = _NAMES if place.line == 1 else "Remove its rows, or train with images of this class too."
        raise UserError(problem, place, remedy)
    return Labels(codes, classes, labels.header)


def _positions(names: Sequence[str], classes: Sequence[str]) -> np.ndarray[Any, Any]:
    """The place of each name in the classes, -1 where it has none."""
    place_of = {name: place for place, name in enumerate(classes)}
    return np.array([place_of.get(name, -1) for name in names], dtype=np.int64)
