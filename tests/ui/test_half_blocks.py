import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnn_tui.ui.widgets.half_blocks import SHADES, UPPER, as_pixels, coloured_line, shaded_line, shrunk

small_pictures = arrays(
    np.uint8, st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3]))
)


def cells(line):
    """(upper colour, lower colour or None) of each cell of a line of segments."""
    found = []
    for segment in line:
        assert set(segment.text) == {UPPER}
        upper, lower = segment.style.color.triplet, segment.style.bgcolor and segment.style.bgcolor.triplet
        found += [(tuple(upper), lower and tuple(lower))] * len(segment.text)
    return found


@given(images=small_pictures)
def test_each_cell_holds_the_pixel_above_and_the_pixel_below(images):
    for picture in as_pixels(images):
        height, width, _ = picture.shape
        for line in range(-(-height // 2)):
            drawn = cells(coloured_line(picture, line))
            assert len(drawn) == width
            for column, (upper, lower) in enumerate(drawn):
                assert upper == tuple(picture[2 * line, column])
                below = 2 * line + 1
                assert lower == (tuple(picture[below, column]) if below < height else None)


def test_equal_neighbours_are_one_segment():
    assert len(coloured_line(np.zeros((2, 28, 3), np.uint8), 0)) == 1


@given(images=small_pictures)
def test_bytes_are_shown_as_they_are(images):
    assert (as_pixels(images) == images).all()


@pytest.mark.parametrize("low_and_high", [(-3.5, 2.0), (0.0, 1.0), (1000.0, 1001.0)])
def test_other_numbers_are_stretched_from_black_to_white(low_and_high):
    images = np.linspace(*low_and_high, 16, dtype=np.float32).reshape(1, 4, 4)
    grey = as_pixels(images)[0, ..., 0].ravel()
    assert list(grey) == [round(255 * step / 15) for step in range(16)]


@pytest.mark.parametrize("images", [np.full((1, 2, 2), np.nan), np.full((1, 2, 2), np.inf), np.full((1, 2, 2), 7.0)])
def test_what_cannot_be_stretched_is_black(images):
    assert not as_pixels(images).any()


def test_a_flat_row_is_looked_at_as_a_square():
    assert as_pixels(np.zeros((5, 784), np.uint8)).shape == (5, 28, 28, 3)
    assert as_pixels(np.zeros((5, 13), np.uint8)).shape == (5, 1, 13, 3)


def test_opacity_fades_to_black_and_odd_channels_to_their_mean():
    assert tuple(as_pixels(np.array([[[[200, 100, 0, 0]]]], np.uint8))[0, 0, 0]) == (0, 0, 0)
    assert tuple(as_pixels(np.array([[[[200, 100, 0, 255]]]], np.uint8))[0, 0, 0]) == (200, 100, 0)
    assert tuple(as_pixels(np.array([[[[10, 20]]]], np.uint8))[0, 0, 0]) == (15, 15, 15)


def test_shrinking_by_a_whole_factor_is_the_mean_of_each_square():
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (2, 8, 6, 3), dtype=np.uint8)
    means = pixels.reshape(2, 4, 2, 3, 2, 3).mean(axis=(2, 4))
    assert np.abs(shrunk(pixels, 4, 3).astype(int) - means).max() <= 0.51


@given(st.integers(1, 20), st.integers(1, 20), st.data())
def test_shrinking_keeps_an_even_picture_even(height, width, data):
    target = data.draw(st.integers(1, height)), data.draw(st.integers(1, width))
    smaller = shrunk(np.full((1, height, width, 3), 77, np.uint8), *target)
    assert smaller.shape == (1, *target, 3)
    assert (smaller == 77).all()


def test_without_colour_shades_rise_with_the_light():
    ramp = np.repeat(np.linspace(0, 255, 5).astype(np.uint8)[None, :, None], 3, axis=2).repeat(2, axis=0)
    (segment,) = shaded_line(ramp, 0)
    assert segment.text == SHADES
    assert segment.style is None
