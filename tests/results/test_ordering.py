"""Orders are permutations, confused classes come to stand side by side, and folding loses no image."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.results.confusion import Confusion, of_cells
from cnn_tui.results.folding import OTHER, most_confused, whole
from cnn_tui.results.ordering import ORDERS, by_similarity, ordered

sizes = st.integers(1, 8)


@st.composite
def confusions(draw: st.DrawFn) -> Confusion:
    size = draw(sizes)
    row = st.lists(st.integers(0, 9), min_size=size, max_size=size)
    cells = draw(st.lists(row, min_size=size, max_size=size))
    return of_cells(tuple(map(str, range(size))), np.array(cells))


@pytest.mark.parametrize("order", ORDERS)
@given(confusion=confusions())
def test_every_order_has_every_class_once(order, confusion):
    assert sorted(ordered(confusion, order)) == list(range(len(confusion.classes)))


def test_classes_that_are_confused_stand_side_by_side():
    random = np.random.default_rng(4)
    size = 30
    cells = np.eye(size, dtype=int) * 100 + random.integers(0, 2, (size, size))
    partner = {place: (place + size // 2) % size for place in range(size)}
    for place, other in partner.items():
        cells[place, other] += 20
    order = by_similarity(of_cells(tuple(map(str, range(size))), cells))
    at = {one: place for place, one in enumerate(order)}
    assert all(abs(at[place] - at[other]) == 1 for place, other in partner.items())


def test_the_order_by_images_and_by_errors_begins_with_the_most():
    confusion = of_cells(("a", "b", "c"), np.array([[1, 0, 0], [0, 9, 0], [2, 0, 3]]))
    assert ordered(confusion, "images") == (1, 2, 0)
    assert ordered(confusion, "errors") == (0, 2, 1)


@given(confusion=confusions(), count=sizes)
def test_folding_loses_no_image_and_keeps_the_worst_classes(confusion, count):
    folded = most_confused(confusion, count)
    assert folded.confusion.images == confusion.images
    assert sorted(one for some in folded.members for one in some) == list(range(len(confusion.classes)))
    if len(folded.members) < len(confusion.classes):
        assert len(folded.members) == count + 1
        assert folded.confusion.classes[-1] == OTHER
        worst = ordered(confusion, "errors")[:count]
        assert {one for (one,) in folded.members[:-1]} == set(worst)


def test_few_classes_are_not_folded():
    confusion = of_cells(("a", "b", "c"), np.eye(3, dtype=int))
    assert most_confused(confusion, 2) == whole(confusion)
