"""Normalization: any axes, running means, lone values, the way back, and half the digits."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from cnn_tui.engine.build import Network
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.spec.layers import (
    BatchNormalization,
    Dense,
    Flatten,
    GroupNormalization,
    Layer,
    LayerNormalization,
    Reshape,
    Shape,
)
from cnn_tui.spec.model import Model
from tests.engine.with_weights import with_random_weights
from tests.strategies import any_shape


@settings(max_examples=40)
@given(shape=any_shape(), data=st.data())
def test_a_layer_is_normalized_along_any_axes(shape: Shape, data: st.DataObject):
    axes = data.draw(st.lists(st.sampled_from(range(1, len(shape) + 1)), min_size=1, unique=True))
    built, weights = with_random_weights(LayerNormalization(axis=tuple(axes)), shape)
    images = torch.randn(3, *shape)
    mean = images.mean(axes, keepdim=True)
    variance = (images - mean).square().mean(axes, keepdim=True)
    learned = (1, *(size if at in axes else 1 for at, size in enumerate(shape, start=1)))
    wanted = (images - mean) / (variance + 1e-3).sqrt() * weights["gamma"].reshape(learned)
    torch.testing.assert_close(built(images), wanted + weights["beta"].reshape(learned), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("shape", [(5,), (7, 5), (3, 4, 5)])
def test_running_means_move_by_what_momentum_leaves(shape: Shape):
    built, weights = with_random_weights(BatchNormalization(momentum=0.9), shape)
    images = torch.randn(6, *shape) * 3 + 1
    over = tuple(range(len(shape)))
    built.train()(images)
    mean = 0.9 * weights["moving_mean"] + 0.1 * images.mean(over)
    variance = 0.9 * weights["moving_variance"] + 0.1 * images.var(over)
    torch.testing.assert_close(built.moving_mean, mean)
    torch.testing.assert_close(built.moving_variance, variance)


def test_a_batch_of_one_value_a_channel_can_be_trained_on():
    """The last batch of an epoch may be one image; its values are their own means, so beta is left."""
    built, weights = with_random_weights(BatchNormalization(momentum=0.9), (5,))
    images = torch.randn(1, 5, requires_grad=True)
    made = built.train()(images)
    assert torch.equal(made[0], weights["beta"])
    made.sum().backward()
    assert not images.grad.any()
    torch.testing.assert_close(built.moving_mean, 0.9 * weights["moving_mean"] + 0.1 * images.detach()[0])
    torch.testing.assert_close(built.moving_variance, 0.9 * weights["moving_variance"])


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), (2, 1, 3, 4)], ids=str)
@pytest.mark.parametrize(
    "kind", [BatchNormalization, LayerNormalization, GroupNormalization], ids=lambda kind: kind.__name__
)
@pytest.mark.parametrize(("center", "scale"), product([True, False], repeat=2))
def test_the_way_back_through_a_normalization(kind: type[Layer], shape: Shape, center: bool, scale: bool):
    """Also as a first layer, whose input has no gradient: torch's own group_norm crashes there."""
    groups = {"groups": 2} if kind is GroupNormalization else {}
    layer = kind(center=center, scale=scale, **groups)
    built = with_random_weights(layer, shape)[0].double().train()
    learned = tuple(parameter.data.requires_grad_() for parameter in built.parameters())
    images = torch.randn(3, *shape, dtype=torch.float64)

    def normalize(images: Tensor, *weights: Tensor) -> Tensor:
        names = [name for name, _ in built.named_parameters()]
        return torch.func.functional_call(built, dict(zip(names, weights, strict=True)), images)

    assert torch.autograd.gradcheck(normalize, (images.clone().requires_grad_(), *learned))
    if learned:
        assert torch.autograd.gradcheck(normalize, (images, *learned))
        built.float()(images.float()).sum().backward()


def test_normalizing_goes_with_bf16():
    layers = (Reshape(target_shape=(4, 4, 4)), BatchNormalization(), LayerNormalization(), Flatten(), Dense(units=2))
    network = Network(Model((64,), layers)).train()
    initialize(network, seed=0)
    images = torch.randn(16, 64)
    exact = network.scores(images)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = network.scores(images)
    scores.float().square().sum().backward()
    assert scores.dtype == torch.bfloat16
    assert np.abs((exact - scores.float()).detach().numpy()).max() < 0.05
    assert all(array.dtype == torch.float32 and array.isfinite().all() for array in arrays(network).values())
