"""A matrix of the classes with the most errors, and all others as one: for more classes than a screen can show."""

from msgspec import Struct

from cnn_tui.results.confusion import Confusion, of_cells
from cnn_tui.results.scores import most_confused_first

OTHER = "(other)"


class Folded(Struct, frozen=True):
    """A matrix, and which classes of the whole one each of its classes is."""

    confusion: Confusion
    members: tuple[tuple[int, ...], ...]


def whole(confusion: Confusion) -> Folded:
    """Every class for itself."""
    return Folded(confusion, tuple((index,) for index in range(len(confusion.classes))))


def most_confused(confusion: Confusion, count: int) -> Folded:
    """The `count` classes with the most errors, in their own order, and the rest as `(other)`."""
    import numpy as np

    if count >= len(confusion.classes) - 1:
        return whole(confusion)
    kept = sorted(most_confused_first(confusion)[:count])
    rest = sorted(set(range(len(confusion.classes))) - set(kept))
    members = (*((index,) for index in kept), tuple(rest))
    place = np.empty(len(confusion.classes), np.int64)
    for at, some in enumerate(members):
        place[list(some)] = at
    cells = np.zeros((len(members), len(members)), np.int64)
    np.add.at(cells, (place[:, None], place[None, :]), confusion.cells)
    classes = (*(confusion.classes[index] for index in kept), OTHER)
    return Folded(of_cells(classes, cells), members)
