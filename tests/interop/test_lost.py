"""What is said before a model is written for a program that does not know all of it."""

import pytest

from cnn_tui.interop.lost import lost
from cnn_tui.spec.layers import Activation, Conv2D, Dense, Dropout, Flatten, GroupNormalization, Layer, Softmax
from cnn_tui.spec.model import Model

GALAXY: dict[str, tuple[Layer, ...]] = {
    "GroupNormalization #1: Galaxy's Keras 2.10 does not know this layer.": (GroupNormalization(groups=1), Flatten()),
    "Conv2D #1: Galaxy's Keras 2.10 does not know the activation mish.": (
        Conv2D(filters=2, kernel_size=(1, 1), activation="mish"),
    ),
    "Layers that are off are left out: 1.": (Flatten(), Dropout(rate=0.5, enabled=False)),
    'Softmax #2: Galaxy takes a class from an activation "softmax" of the last layer; '
    "after a layer Softmax it answers 0 or 1 for each class.": (Dense(units=2), Softmax()),
}


@pytest.mark.parametrize(("sentence", "layers"), GALAXY.items())
def test_what_galaxy_does_not_know_is_said(sentence: str, layers: tuple[Layer, ...]):
    assert lost(Model((4, 4, 2), layers), "galaxy") == (sentence,)


def test_hard_sigmoid_is_another_function_in_the_other_version():
    layers = (Activation(activation="hard_sigmoid"),)
    old, new = Model((4,), layers), Model((4,), layers, keras=3)
    assert lost(old, "galaxy") == () == lost(new, "keras")
    assert lost(old, "keras") == (
        "Activation #1: Keras 3 computes hard_sigmoid as x/6 + 0.5, and this model means 0.2·x + 0.5.",
    )
    assert lost(new, "galaxy") == (
        "Activation #1: Galaxy's Keras 2.10 computes hard_sigmoid as 0.2·x + 0.5, and this model means x/6 + 0.5.",
    )
