"""Labels from arrays: whole numbers, words or one-hot rows."""

from typing import Any

import numpy as np

from cnn_tui.data.classes import LabelCounter, Labels
from cnn_tui.data.formats.label_cells import FEW_COLUMNS, FRACTION_WAY_OUT, MAYBE_NUMBERS, ONE_HOT_WAY_OUT
from cnn_tui.data.formats.pixels import Stored
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Where
from cnn_tui.spec.layers import by

Array = np.ndarray[Any, Any]


class LabelBlocks:
    """Labels taken block by block, all of one kind: numbers or words [n] or [n, 1], or one-hot [n, classes]."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._words = LabelCounter()
        self._numbers: list[Array] = []
        self._rows = 0
        self._classes = 0

    def add(self, block: Array) -> None:
        """Takes the labels of some more images. Raises UserError naming the row that is no label."""
        if block.dtype.kind in "OUS":
            self._words.add_cells(self._checked_words(block.reshape(-1)))
        elif block.ndim == 2 and block.shape[1] > 1:
            self._classes = block.shape[1]
            self._numbers.append(self._places_of_ones(block))
        else:
            self._refuse_fractions(block.reshape(-1))
            self._numbers.append(block.reshape(-1))
        self._rows += len(block)

    def labels(self, one_hot: tuple[str, ...] = ()) -> Labels:
        """All labels, with the classes in their order; those of one-hot rows are named so, or numbered."""
        if not self._numbers:
            return self._words.labels()
        values = np.concatenate(self._numbers)
        if self._classes:
            names = one_hot if len(one_hot) == self._classes else tuple(map(str, range(self._classes)))
            return Labels(values, names)
        numbers, codes = np.unique(values, return_inverse=True)
        return Labels(codes.astype(np.int64), tuple(str(int(number)) for number in numbers))

    def _checked_words(self, block: Array) -> list[str]:
        if block.dtype.kind == "S":
            try:
                block = np.char.decode(block, "utf-8")
            except UnicodeDecodeError:
                raise UserError("holds words that are not UTF-8", self._place, 'Save them with .astype("U").') from None
        words = [str(word) for word in block.tolist()]
        if empty := [row for row, word in enumerate(words, self._rows) if not word.strip()]:
            problem = f"the label of row {empty[0] + 1:,} is empty"
            raise UserError(problem, self._place, "Fill it in, or remove the row.")
        return words

    def _places_of_ones(self, block: Array) -> Array:
        ones = block == 1
        wrong = np.flatnonzero((ones.sum(axis=1) != 1) | (ones != block).any(axis=1))
        if wrong.size:
            remedy = MAYBE_NUMBERS if wrong.size == len(block) and block.shape[1] <= FEW_COLUMNS else ONE_HOT_WAY_OUT
            raise UserError(f"row {self._rows + wrong[0] + 1:,} is not one-hot", self._place, remedy)
        places: Array = ones.argmax(axis=1).astype(np.int64)
        return places

    def _refuse_fractions(self, block: Array) -> None:
        if block.dtype.kind != "f":
            return
        wrong = np.flatnonzero(~np.isfinite(block) | (block != np.rint(block)))
        if wrong.size:
            problem = f"row {self._rows + wrong[0] + 1:,} holds the label {block[wrong[0]]:g}, not a class"
            raise UserError(problem, self._place, FRACTION_WAY_OUT)


def labels_of(stored: Stored, where: Where) -> Labels:
    """The labels of an array [N], [N, 1] or, one-hot, [N, classes]. Raises UserError naming the row."""
    place = Place(where.path, inside=where.inside)
    rows, *inner = stored.shape
    if len(inner) > 1:
        problem = f"holds {rows:,} arrays of {by(tuple(inner))}, which are images and not labels"
        raise UserError(problem, place, "Give the file of their labels.")
    if stored.dtype.kind in "US" and inner not in ([], [1]):
        raise UserError(f"holds rows of {inner[0]:,} words", place, "Give one label for each image.")
    labels = LabelBlocks(place)
    for block in stored.blocks:
        labels.add(block)
    return labels.labels()
