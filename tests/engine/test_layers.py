"""Layers against their own definitions, where Keras on torch cannot be asked."""

from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cnn_tui.engine.build import build_layer
from cnn_tui.spec.layers import (
    Activation,
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Conv3DTranspose,
    Layer,
    LocallyConnected1D,
    LocallyConnected2D,
    Misfit,
    PReLU,
    Shape,
    ThresholdedReLU,
    UpSampling2D,
)
from tests.engine.with_weights import with_random_weights
from tests.strategies import layer_and_shape

REVERSES = {Conv1DTranspose: Conv1D, Conv2DTranspose: Conv2D, Conv3DTranspose: Conv3D}


@pytest.mark.parametrize("kind", REVERSES, ids=lambda kind: kind.__name__)
def test_a_transposed_convolution_is_the_way_back_of_a_convolution(kind: type[Layer]):
    """<convolve(y), x> is <y, spread(x)> for all x and y; output_padding and strides chosen at random."""
    held = 0

    @settings(max_examples=100)
    @given(drawn=layer_and_shape(kind), extra=st.integers(0, 2))
    def adjoint(drawn: tuple[Layer, Shape], extra: int):
        nonlocal held
        layer, shape = drawn
        if layer.output_padding is not None:
            layer = replace(layer, output_padding=tuple(min(extra, by - 1) for by in layer.strides))
        layer = replace(layer, use_bias=False, activation="linear")
        try:
            made = layer.output_shape(shape)
        except Misfit:
            return
        spread, weights = with_random_weights(layer, shape)
        same = {name: getattr(layer, name) for name in ("kernel_size", "strides", "padding", "dilation_rate")}
        convolve = build_layer(REVERSES[kind](filters=shape[-1], use_bias=False, **same), made)
        with torch.no_grad():
            convolve.kernel.copy_(convolve.from_keras("kernel", weights["kernel"]))
        x, y = torch.randn(1, *shape), torch.randn(1, *made)
        assert (convolve(y) * x).sum().item() == pytest.approx((y * spread(x)).sum().item(), rel=1e-3, abs=1e-3)
        held += layer.output_padding is not None

    adjoint()
    assert held > 3


def test_zeros_behind_the_last_window_of_a_transposed_convolution_get_the_bias_too():
    spread, weights = with_random_weights(Conv1DTranspose(filters=2, kernel_size=(1,), strides=(3,)), (2, 1))
    made = spread(torch.randn(1, 2, 1))
    assert made.shape[1] == 6
    assert torch.equal(made[0, 5], weights["bias"])


@pytest.mark.parametrize("kind", [AveragePooling1D, AveragePooling2D, AveragePooling3D], ids=lambda kind: kind.__name__)
def test_mean_pooling_does_not_count_what_is_padded(kind: type[Layer]):
    @settings(max_examples=25)
    @given(drawn=layer_and_shape(kind))
    def mean_of_the_inside(drawn: tuple[Layer, Shape]):
        layer, shape = replace(drawn[0], padding="same"), drawn[1]
        try:
            *places, _ = layer.output_shape(shape)
        except Misfit:
            return
        images = torch.randn(2, *shape)
        made = build_layer(layer, shape)(images)
        for place in product(*map(range, places)):
            inside = []
            for at, size, count, pool, move in zip(place, shape, places, layer.pool_size, layer.moves, strict=False):
                before = max((count - 1) * move + pool - size, 0) // 2
                inside.append(slice(max(at * move - before, 0), min(at * move - before + pool, size)))
            mean = images[(slice(None), *inside)].mean(dim=tuple(range(1, len(shape))))
            torch.testing.assert_close(made[(slice(None), *place)], mean, rtol=1e-4, atol=1e-5)

    mean_of_the_inside()


@pytest.mark.parametrize("kind", [LocallyConnected1D, LocallyConnected2D], ids=lambda kind: kind.__name__)
def test_a_locally_connected_layer_has_a_kernel_a_place(kind: type[Layer]):
    @settings(max_examples=25)
    @given(drawn=layer_and_shape(kind))
    def window_by_window(drawn: tuple[Layer, Shape]):
        layer, shape = replace(drawn[0], activation="linear"), drawn[1]
        try:
            *places, filters = layer.output_shape(shape)
        except Misfit:
            return
        built, weights = with_random_weights(layer, shape)
        images = torch.randn(2, *shape)
        made = built(images).reshape(2, -1, filters)
        bias = weights.get("bias", torch.zeros(*places, filters)).reshape(-1, filters)
        for at, place in enumerate(product(*map(range, places))):
            numbers = zip(place, layer.strides, layer.kernel_size, strict=True)
            window = images[(slice(None), *(slice(one * by, one * by + size) for one, by, size in numbers))]
            torch.testing.assert_close(
                made[:, at], window.flatten(1) @ weights["kernel"][at] + bias[at], rtol=1e-3, atol=1e-4
            )

    window_by_window()


def test_functions_have_the_constants_of_keras_2():
    x = torch.linspace(-4, 4, 81)
    hard = build_layer(Activation(activation="hard_sigmoid"), (81,))(x)
    torch.testing.assert_close(hard, (0.2 * x + 0.5).clamp(0, 1))
    leaky = build_layer(Activation(activation="leaky_relu"), (81,))(x)
    torch.testing.assert_close(leaky, torch.where(x > 0, x, 0.2 * x))
    passed = build_layer(ThresholdedReLU(theta=1.5), (81,))(x)
    torch.testing.assert_close(passed, torch.where(x > 1.5, x, 0.0))


@pytest.mark.parametrize("times", range(1, 60))
def test_no_pixel_is_skipped_however_many_times_it_comes(times: int):
    row = torch.arange(5.0).reshape(1, 1, 5, 1)
    made = build_layer(UpSampling2D(size=(1, times)), (1, 5, 1))(row)
    assert torch.equal(made.flatten(), row.flatten().repeat_interleave(times))


def test_prelu_may_share_its_slope():
    built, weights = with_random_weights(PReLU(shared_axes=(1, 2)), (3, 4, 5))
    assert weights["alpha"].shape == (1, 1, 5)
    images = torch.randn(2, 3, 4, 5)
    torch.testing.assert_close(built(images), torch.where(images > 0, images, images * weights["alpha"]))
