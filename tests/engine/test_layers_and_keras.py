"""Each layer against Keras 3 itself, with random settings, weights and inputs.

Left to other tests is where Keras 3 on torch is not what TensorFlow computes: its mean pooling counts zeros at uneven
edges, its transposed convolution reads `output_padding` otherwise, it normalizes layers along the last axes only, and
hard_sigmoid has another slope than in Keras 2.
"""

import os
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from cnn_tui.engine.build import build_layer
from cnn_tui.spec.fields import fields
from cnn_tui.spec.layers import (
    KINDS,
    Layer,
    LayerNormalization,
    LeakyReLU,
    LocallyConnected1D,
    LocallyConnected2D,
    Misfit,
    Residual,
    Shape,
    ThresholdedReLU,
)
from cnn_tui.spec.layers.pooling import Pooling
from cnn_tui.spec.layers.transposed import Transposed
from tests.strategies import layer_and_shape

NOT_IN_KERAS_3 = (LocallyConnected1D, LocallyConnected2D, ThresholdedReLU, Residual)
OF_WEIGHTS = ("_initializer", "_regularizer", "_constraint")


@pytest.fixture(scope="module")
def keras():
    os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras")


def comparable(layer: Layer) -> Layer:
    """The layer with settings that Keras 3 on torch reads as TensorFlow does."""
    if isinstance(layer, Transposed):
        return replace(layer, output_padding=None)
    if isinstance(layer, Pooling) and type(layer).__name__.startswith("Average"):
        return replace(layer, padding="valid")
    if isinstance(layer, LayerNormalization):
        return replace(layer, axis=(-1,))
    if getattr(layer, "activation", "") == "hard_sigmoid":
        return replace(layer, activation="hard_silu")
    return layer


def settings_of(layer: Layer) -> dict[str, Any]:
    told = {one.name: getattr(layer, one.name) for one in fields(type(layer)) if not one.name.endswith(OF_WEIGHTS)}
    del told["name"], told["enabled"]
    if isinstance(layer, LeakyReLU):
        told["negative_slope"] = told.pop("alpha")
    return told


def answers(keras: Any, layer: Layer, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Ours and theirs to the same random images, with the same random weights."""
    dice = torch.Generator().manual_seed(0)
    images = torch.randn(2, *shape, generator=dice)
    ours = build_layer(layer, shape).eval()
    weights = [torch.rand(sizes, generator=dice) for sizes in layer.weights(shape).values()]
    with torch.no_grad():
        for (name, array), weight in zip(ours.arrays().items(), weights, strict=True):
            array.copy_(ours.from_keras(name, weight))
    theirs = getattr(keras.layers, type(layer).__name__)(**settings_of(layer))
    theirs.build((None, *shape))
    theirs.set_weights([weight.numpy() for weight in weights])
    with torch.inference_mode():
        return ours(images).numpy(), theirs(images, training=False).numpy()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in NOT_IN_KERAS_3], ids=lambda kind: kind.__name__)
def test_it_answers_as_keras_does(kind: type[Layer], keras):
    compared = 0

    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(drawn=layer_and_shape(kind))
    def same(drawn: tuple[Layer, Shape]):
        nonlocal compared
        layer, shape = comparable(drawn[0]), drawn[1]
        try:
            layer.output_shape(shape)
        except Misfit:
            return
        ours, theirs = answers(keras, layer, shape)
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5, err_msg=str(layer))
        compared += 1

    same()
    assert compared > 1
