import re
from math import floor

import pytest
from hypothesis import given

from cnn_tui.spec.layers import (
    KINDS,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    LeakyReLU,
    MaxPooling2D,
    PReLU,
    Reshape,
    Residual,
    ZeroPadding2D,
)
from cnn_tui.spec.layers.regularizers import L2
from cnn_tui.spec.model import Model
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.shapes import trace
from cnn_tui.ui.shape_diagram import words as flow
from cnn_tui.ui.widgets.layer_words import fully_connected, help_of, settings_in_words, totals
from tests.strategies import any_image, any_layer


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (Conv2D(filters=64, kernel_size=(3, 3), padding="same", activation="relu"), "64 · 3×3 · same · relu"),
        (Conv2D(filters=8, kernel_size=(5, 3), strides=(2, 2), use_bias=False), "8 · 5×3 · strides 2×2 · no bias"),
        (Conv2D(filters=8, kernel_size=(3, 3), dilation_rate=(2, 2), groups=4), "8 · 3×3 · dilation 2×2 · groups 4"),
        (MaxPooling2D(), "2×2"),
        (MaxPooling2D(strides=(1, 1)), "2×2 · strides 1×1"),
        (Dense(units=10, activation="softmax"), "10 · softmax"),
        (Reshape(target_shape=(28, 28, 1)), "28×28×1"),
        (Dropout(rate=0.25), "0.25"),
        (BatchNormalization(), ""),
        (BatchNormalization(momentum=0.9, scale=False), "no scale · momentum 0.9"),
        (LeakyReLU(), "alpha 0.3"),
        (ZeroPadding2D(padding=((1, 2), (0, 0))), "1+2×0"),
        (Residual(layers=2, merge="concatenate"), "2 layers · concatenate"),
        (Dense(units=3, kernel_regularizer=L2(l2=0.5)), "3 · kernel_regularizer l2(0.5)"),
        (PReLU(shared_axes=(1, 2)), "shared_axes 1×2"),
        (Dense(units=3, enabled=False, name="answer"), "3"),
    ],
)
def test_a_layer_is_told_by_the_settings_that_matter(layer, words):
    assert settings_in_words(layer) == words


def test_the_flow_tells_each_change_of_shape_once():
    model = tutorial().model
    assert flow(model.input_shape, trace(model)) == (
        "784 ─ 28×28×1 ═ 28×28×64 ═ 14×14×64 ═ 12×12×32 ═ 6×6×32 ─ 1152 ─ 10"
    )


def test_the_flow_ends_at_a_problem():
    model = Model((28, 28, 1), (MaxPooling2D(pool_size=(9, 9)), Conv2D(filters=2, kernel_size=(5, 5))))
    assert flow(model.input_shape, trace(model)) == "28×28×1 ═ 3×3×1 ─ ✗"


@given(layer=any_layer(), shape=any_image())
def test_the_arithmetic_that_is_shown_is_true(layer, shape):
    (row,) = trace(Model(shape, (layer,)))
    for line in row.arithmetic.splitlines():
        counted = re.search(r"\((\d+)−(\d+)\+(\d+)\)/(\d+)\+1⌋? = (\d+)", line)
        if counted:
            size, window, zeros, stride, after = map(int, counted.groups())
            assert floor((size - window + zeros) / stride) + 1 == after
            assert ("⌊" in line) == bool((size - window + zeros) % stride)


def test_every_window_layer_that_fits_has_its_arithmetic():
    rows = trace(tutorial().model)
    assert [bool(row.arithmetic) for row in rows] == [False, True, True, True, True, False, True]
    assert "(28−3+2)/1+1 = 28" in rows[1].arithmetic
    assert "(14−3+0)/1+1 = 12" in rows[3].arithmetic


def test_the_same_sizes_fully_connected_are_counted_as_dense_layers_are():
    dense = (785 * 28 * 28 * 64) + (14 * 14 * 64 + 1) * (12 * 12 * 32) + 1153 * 10
    words = fully_connected(trace(tutorial().model))
    assert f"{dense:,} parameters, {round(dense / 30_634):,} times" in words
    assert "they are so already" in fully_connected(trace(Model((4,), (Dense(units=3),))))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_explained_in_two_sentences_or_more(kind):
    first, second = help_of(kind)
    assert first.endswith(".")
    assert second.endswith((".", ")."))


def test_the_totals_tell_what_is_not_trained_and_the_memory_of_a_batch():
    rows = trace(Model((8, 8, 1), (Conv2D(filters=2, kernel_size=(3, 3)), BatchNormalization())))
    assert totals(rows, 100) == "28 parameters, 4 not trained · 648 mult-adds · 0.1 MB activations at batch 100"


def test_with_a_problem_the_totals_go_as_far_as_that():
    assert totals(trace(Model((8,), (Conv2D(filters=2, kernel_size=(3, 3)),))), 1).endswith("up to the ✗")
