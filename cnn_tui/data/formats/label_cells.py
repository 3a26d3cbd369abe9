"""Labels as the cells of a table write them: integers, words or one-hot columns, as classes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from cnn_tui.data.classes import LabelCounter, Labels, in_order, positions
from cnn_tui.data.formats.cells import is_number
from cnn_tui.errors import Place, UserError

FRACTION_WAY_OUT = "Classes are whole numbers or words; say --targets numbers to predict numbers."
ONE_HOT_WAY_OUT = "Give one column of labels, or one-hot columns: a single 1 in each row, and 0."
MAYBE_NUMBERS = f"{ONE_HOT_WAY_OUT} Say --targets numbers if they are numbers to predict."
FEW_COLUMNS = 16
"""Of so many columns without a one-hot row, each may be a number to predict; more are rather an image."""
PlaceOf = Callable[[int], Place]
"""The place of a row (from 0) of the table."""
_HUGE = re.compile(r"[+-]?[0-9]{19,}")


class LabelCells:
    """The labels of a table as its rows come; memory holds a number a row."""

    def __init__(self, classes: tuple[str, ...], place_of: PlaceOf) -> None:
        """`classes` are those of one-hot columns, one a column; a single column brings its own."""
        self._classes = classes
        self._place_of = place_of
        self.clear()

    def clear(self) -> None:
        """Forgets every label."""
        self._counter = LabelCounter()
        self._known: dict[Sequence[str], str] = {}
        self._rows = 0

    def add(self, cells: Sequence[Sequence[str]]) -> None:
        """Takes the cells of labels of some more rows. Raises UserError for what is not one-hot."""
        if len(self._classes) == 1:
            self._counter.add_cells(cell for (cell,) in cells)
        else:
            self._counter.add(self._named(row, ones) for row, ones in enumerate(cells, self._rows))
        self._rows += len(cells)

    def labels(self) -> Labels:
        """All labels: whole numbers plainly written (`7.0` is `7`), words as they are, one-hot columns in order.

        Raises UserError for a fraction. A number that is written in two ways stays two words.
        """
        found = self._counter.labels()
        if len(self._classes) == 1:
            return as_classes(found, self._place_of)
        return Labels(positions(found.classes, self._classes)[found.codes], self._classes)

    def _named(self, row: int, ones: Sequence[str]) -> str:
        if (name := self._known.get(ones)) is None:
            values = [float(cell) if is_number(cell) else -1.0 for cell in ones]
            if sorted(values) != [0.0] * (len(ones) - 1) + [1.0]:
                raise UserError("is not one-hot", self._place_of(row), ONE_HOT_WAY_OUT)
            name = self._known[ones] = self._classes[values.index(1.0)]
        return name


def as_classes(found: Labels, place_of: PlaceOf) -> Labels:
    """Labels as they are written, made classes. Raises UserError naming the first that is none."""
    wrong = {code: _fault(name) for code, name in enumerate(found.classes) if _HUGE.fullmatch(name)}
    if not wrong and not all(map(is_number, found.classes)):
        return found
    numbers = [int(name) if re.fullmatch("[+-]?[0-9]+", name) else float(name) for name in found.classes if not wrong]
    wrong |= {code: _fault(found.classes[code]) for code, number in enumerate(numbers) if int(number) != number}
    if wrong:
        row = int(np.flatnonzero(np.isin(found.codes, list(wrong)))[0])
        problem, remedy = wrong[int(found.codes[row])]
        raise UserError(problem, place_of(row), remedy)
    names = [str(int(number)) for number in numbers]
    if len(set(names)) < len(names):
        return found
    classes = in_order(names)
    return replace(found, codes=positions(names, classes)[found.codes], classes=classes)


def _fault(label: str) -> tuple[str, str]:
    """What is wrong with a number that is no class, and the way out."""
    if _HUGE.fullmatch(label):
        digits = len(label.lstrip("+-"))
        return (
            f"the label {label[:12]}... has {digits:,} digits",
            "Number the classes with up to 18 digits, or use words.",
        )
    return f"{label} is not a class", FRACTION_WAY_OUT
