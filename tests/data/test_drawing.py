"""A drawing becomes a picture as MNIST's digits are: in a box of 20 pixels, its centre of mass in the middle of 28."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cnn_tui.data.drawing import as_digit
from cnn_tui.ui.ink import Drawing, ink

POINT = st.tuples(st.floats(0, 40), st.floats(0, 40))
STROKES = st.lists(st.lists(POINT, min_size=1, max_size=8).map(tuple), min_size=1, max_size=4).map(tuple)


def mass_and_centre(image):
    total = image.sum()
    rows, columns = np.indices(image.shape)
    return total, (rows * image).sum() / total, (columns * image).sum() / total


@given(STROKES)
def test_any_drawing_fills_the_box_and_stands_in_the_middle(strokes):
    picture = as_digit(ink(Drawing(40, 40, strokes)), 28, 28).astype(float)
    if not picture.any():
        return  # points at the very edge leave less than a grey
    used = [np.flatnonzero(picture.sum(axis=axis) > 0) for axis in (0, 1)]
    assert max(line[-1] - line[0] + 1 for line in used) in (19, 20)
    _, down, across = mass_and_centre(picture)
    for centre, line in zip((across, down), used, strict=True):
        free = line[0] > 0 and line[-1] < 27
        assert not free or abs(centre - 13.5) <= 0.51


def test_it_does_not_matter_where_and_how_large_one_draws():
    small = Drawing(40, 40, (((4, 4), (12, 4), (6, 16)),))
    moved = Drawing(40, 40, (((24, 20), (32, 20), (26, 32)),))
    assert np.array_equal(as_digit(ink(small), 28, 28), as_digit(ink(moved), 28, 28))


def test_areas_are_meant_as_pillow_means_them():
    image = np.random.default_rng(0).integers(1, 256, (40, 40), dtype=np.uint8)
    ours = as_digit(image, 28, 28)
    theirs = np.asarray(Image.fromarray(image).resize((20, 20), Image.Resampling.BOX))
    found = ours[ours.any(axis=1)][:, ours.any(axis=0)]
    assert abs(found.astype(int) - theirs.astype(int)).max() <= 1  # which rounds halves the other way


@pytest.mark.parametrize("side", [7, 13, 20, 33, 40])
def test_a_white_square_of_any_size_stays_white(side):
    assert np.array_equal(as_digit(np.full((side, side), 255, np.uint8), 28, 28)[4:24, 4:24], np.full((20, 20), 255))


@pytest.mark.parametrize("shape", [(28, 28), (32, 32), (20, 40), (1, 1)])
def test_an_empty_canvas_is_black_and_a_dot_is_in_the_middle(shape):
    assert not as_digit(np.zeros((40, 40), np.uint8), *shape).any()
    dot = as_digit(ink(Drawing(40, 40, (((3.0, 3.0),),))), *shape)
    assert dot.shape == shape
    assert dot.max() > 0


def test_ink_is_white_under_the_pen_grey_at_its_edge_and_black_elsewhere():
    shade = ink(Drawing(40, 40, (((10.0, 20.0), (30.0, 20.0)),)))
    assert shade[19, 20] == shade[20, 20] == 255
    assert not shade[:14].any()
    assert not shade[26:].any()
    assert {0 < value < 255 for value in shade[20, 5:9].tolist()} >= {True}
