"""In which order the classes of a matrix stand: as they are, by images, by errors, or confused ones side by side."""

from typing import Literal, get_args

from cnn_tui.results.confusion import Confusion
from cnn_tui.results.scores import most_confused_first

Order = Literal["class", "images", "errors", "similarity"]
ORDERS: tuple[Order, ...] = get_args(Order)
MOST_OPTIMAL = 300
"""Classes up to which neighbours are the best possible; the search takes a second for so many, minutes for more."""


def ordered(confusion: Confusion, order: Order) -> tuple[int, ...]:
    """The places of the classes in this order."""
    match order:
        case "class":
            return tuple(range(len(confusion.classes)))
        case "images":
            sums = confusion.row_sums
            return tuple(sorted(range(len(sums)), key=lambda index: -sums[index]))
        case "errors":
            return most_confused_first(confusion)
        case "similarity":
            return by_similarity(confusion)


def by_similarity(confusion: Confusion) -> tuple[int, ...]:
    """Classes that are taken for each other stand side by side (Bar-Joseph et al. 2001), from the first class on."""
    import numpy as np
    from scipy.cluster.hierarchy import leaves_list, linkage  # type: ignore[import-untyped]
    from scipy.spatial.distance import squareform  # type: ignore[import-untyped]

    count = len(confusion.classes)
    if count < 3:
        return tuple(range(count))
    shares = confusion.cells / np.maximum(confusion.cells.sum(axis=1, keepdims=True), 1)
    alike = shares + shares.T
    np.fill_diagonal(alike, 0)
    apart = 1 - alike / (alike.max() or 1)
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart, checks=False), "average", optimal_ordering=count <= MOST_OPTIMAL)
    found: list[int] = leaves_list(tree).tolist()
    return tuple(found if found.index(0) <= count // 2 else reversed(found))
