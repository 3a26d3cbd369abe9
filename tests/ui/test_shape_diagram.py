import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.spec.layers import Conv2D, Dense, Flatten, Residual
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_presets import model_presets
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.shapes import trace
from cnn_tui.ui.shape_diagram import blocks, draw
from tests.strategies import any_image, any_layer

CONV = Conv2D(filters=4, kernel_size=(3, 3), padding="same")


def lines(model, here=None, width=76, height=3):
    return ["".join(text for text, _ in line) for line in draw(model.input_shape, trace(model), here, width, height)]


def test_the_tutorial_fits_at_80_columns_with_every_shape_in_words():
    drawn = lines(tutorial().model)
    assert drawn[-1].split() == (
        [
            "784",
            "───",
            "28×28×1",
            "═",
            "28×28×64",
            "═",
            "14×14×64",
            "═",
            "12×12×32",
            "═",
            "6×6×32",
            "──",
            "1152",
            "───",
            "10",
        ]
    )
    assert drawn[0].count("█") == 6  # the two largest images: 1 and 5 wide


def test_a_bar_is_as_high_as_the_image_and_as_wide_as_the_channels():
    small, wide = blocks((8, 8, 1), trace(Model((8, 8, 1), (Conv2D(filters=256, kernel_size=(5, 5)),))))
    assert small.side > wide.side
    assert small.width < wide.width


@given(
    layers=st.lists(any_layer(), max_size=30),
    shape=any_image(),
    width=st.integers(1, 130),
    height=st.integers(1, 6),
    here=st.none() | st.integers(0, 29),
)
def test_it_never_is_wider_than_its_room(layers, shape, width, height, here):
    model = Model(shape, tuple(layers))
    for line in lines(model, here, width, height)[:-1]:
        assert len(line) <= width


@pytest.mark.parametrize("preset", model_presets(), ids=lambda one: one.name)
@pytest.mark.parametrize("width", [40, 76, 116])
def test_every_preset_is_drawn_with_its_first_and_last_shape(preset, width):
    words = lines(preset.model, 0, width)[-1]
    assert words.rstrip().endswith("10") or "10" in words
    assert len(words) <= width


def test_a_residual_group_has_an_arc_and_two_in_a_row_share_an_end():
    model = Model((8, 8, 4), (CONV, CONV, Residual(layers=2), CONV, CONV, Residual(layers=2), Flatten()))
    arcs = lines(model)[0]
    assert arcs.count("╭") == arcs.count("┬") == arcs.count("╮") == 1


def test_what_is_not_known_is_a_cross():
    model = Model((4, 4, 1), (Conv2D(filters=2, kernel_size=(9, 9)), Dense(units=3)))
    assert lines(model)[-1].split() == ["4×4×1", "─", "✗"]


def test_the_layer_under_the_cursor_stands_out():
    model = tutorial().model
    looks = dict(draw(model.input_shape, trace(model), 1, 76, 3)[-1])
    assert looks["28×28×64"] == "here-label"
    assert looks["28×28×1"] == "label"
