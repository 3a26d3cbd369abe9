"""Classes: how labels become numbers, and which order the classes have."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cnn_tui.data.findings import many, places
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Where
from cnn_tui.spec.report import Finding
from cnn_tui.text import clean

Array = np.ndarray[Any, Any]
MOST_NAMED = 12
"""How many classes a sentence names."""
_NAME_CELLS = 60
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


@dataclass(frozen=True)
class Labels:
    """The class of each image: `codes` int64 [N] are places in `classes`."""

    codes: Array
    classes: tuple[str, ...]
    first_line: int = 0
    """The line of the first label in its table; 0 when labels do not stand in lines."""
    notes: tuple[Finding, ...] = ()
    """What was done to them, so that it is never silent."""

    def place(self, where: Where, row: int) -> Place:
        """Where the label of a row (from 0) stands."""
        return Place(where.path, inside=where.inside, line=self.first_line + row if self.first_line else None)


class LabelCounter:
    """Labels taken one by one or block by block, numbered as they come; memory holds a number an image."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._blocks: list[Array] = []
        self._rows = self._stripped = self._first_stripped = 0

    def add(self, labels: Iterable[str]) -> None:
        """Takes the labels of some more images."""
        places = self._places
        self._blocks.append(np.fromiter((places.setdefault(label, len(places)) for label in labels), np.int64))
        self._rows += len(self._blocks[-1])

    def add_cells(self, cells: Iterable[str]) -> None:
        """The same, without the spaces around them, which is noted."""
        self.add(self._without_spaces(row, cell) for row, cell in enumerate(cells, self._rows))

    def clear(self) -> None:
        """Forgets every label."""
        self.__init__()  # type: ignore[misc]

    def labels(self, first_line: int = 0) -> Labels:
        """All labels, with the classes in their order."""
        names = tuple(self._places)
        classes = in_order(names)
        codes = np.concatenate(self._blocks) if self._blocks else np.empty(0, np.int64)
        return Labels(positions(names, classes)[codes], classes, first_line, self._notes())

    def _without_spaces(self, row: int, cell: str) -> str:
        label = cell.strip()
        if len(label) < len(cell):
            self._first_stripped = self._first_stripped if self._stripped else row
            self._stripped += 1
        return label

    def _notes(self) -> tuple[Finding, ...]:
        if not self._stripped:
            return ()
        have = many(self._stripped, "label had", "labels had")
        sentence = f"{have} spaces around, first in row {self._first_stripped + 1:,}; they were taken away."
        return (Finding(kind="stripped", sentence=sentence, count=self._stripped, rows=(self._first_stripped,)),)


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """The classes of these names: whole numbers in the order of numbers, words sorted as text."""
    names = set(names)
    if all(map(_WHOLE.fullmatch, names)):
        return tuple(sorted(names, key=lambda name: (int(name), name)))
    return tuple(sorted(names))


def positions(names: Sequence[str], classes: Sequence[str]) -> Array:
    """The place of each name in the classes, -1 where it has none."""
    place_of = {name: place for place, name in enumerate(classes)}
    return np.array([place_of.get(name, -1) for name in names], dtype=np.int64)


def among(labels: Labels, classes: tuple[str, ...], where: Where) -> Labels:
    """The same labels as places in the classes of the training. Raises UserError naming those that are not there."""
    codes = positions(labels.classes, classes)[labels.codes]
    unseen = np.flatnonzero(codes < 0)
    if unseen.size:
        place = labels.place(where, int(unseen[0]))
        label = short(labels.classes[labels.codes[unseen[0]]])
        problem = f'the label "{label}" is not among the training classes {shortened(classes)}'
        if unseen.size > 1:
            problem += f" ({unseen.size:,} such labels, {places(unseen.tolist())})"
        names = "Say --header yes if the first line is a name."
        raise UserError(
            problem, place, names if place.line == 1 else "Remove its rows, or train with images of this class too."
        )
    return replace(labels, codes=codes, classes=classes)


def short(name: str) -> str:
    """The name of a class for a sentence; of a long one the beginning."""
    return clean(name, _NAME_CELLS)


def shortened(classes: Sequence[str]) -> str:
    """The classes as a list for a sentence; of many the first ones, of long ones the beginning."""
    named = ", ".join(short(name) for name in classes[:MOST_NAMED])
    return named if len(classes) <= MOST_NAMED else f"{named}, ... ({len(classes):,} in all)"
