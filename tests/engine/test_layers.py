"""Layers against their own definitions, where Keras on torch cannot be asked, and in training."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from torch import Tensor

from cnn_tui.engine.build import Network, build_layer
from cnn_tui.engine.layers import Layer as Built
from cnn_tui.engine.optimizers import make_optimizer
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.spec.layers import (
    KINDS,
    Activation,
    AlphaDropout,
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    BatchNormalization,
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Conv3DTranspose,
    Dense,
    Dropout,
    Flatten,
    GaussianDropout,
    GaussianNoise,
    GroupNormalization,
    Layer,
    LayerNormalization,
    LocallyConnected1D,
    LocallyConnected2D,
    Misfit,
    PReLU,
    RepeatVector,
    Reshape,
    Residual,
    Shape,
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
    ThresholdedReLU,
    UpSampling2D,
)
from cnn_tui.spec.model import Model
from cnn_tui.spec.training import Adam
from tests.strategies import any_shape, layer_and_shape, rank_of

REVERSES = {Conv1DTranspose: Conv1D, Conv2DTranspose: Conv2D, Conv3DTranspose: Conv3D}
FITTING: dict[int | None, Shape] = {None: (6, 6, 4), 2: (6, 4), 3: (6, 6, 4), 4: (6, 6, 6, 4)}
NEEDED = {"filters": 4, "units": 4, "kernel_size": 3, "rate": 0.5, "stddev": 0.5, "layers": 1, "n": 3}
"""What the settings without a default are set to."""


def with_random_weights(layer: Layer, shape: Shape) -> tuple[Built, dict[str, Tensor]]:
    """The built layer, and its weights in Keras's shapes."""
    built = build_layer(layer, shape).eval()
    weights = {name: torch.randn(sizes) for name, sizes in layer.weights(shape).items()}
    with torch.no_grad():
        for name, array in built.arrays().items():
            array.copy_(built.from_keras(name, weights[name]))
    return built, weights


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


NOISY = [
    (Dropout(rate=0.3), (400,)),
    (SpatialDropout1D(rate=0.3), (4, 100)),
    (SpatialDropout2D(rate=0.3), (2, 2, 100)),
    (SpatialDropout3D(rate=0.3), (2, 2, 1, 100)),
    (GaussianNoise(stddev=0.5), (400,)),
    (GaussianDropout(rate=0.3), (400,)),
    (AlphaDropout(rate=0.3), (400,)),
]


@pytest.mark.parametrize(("layer", "shape"), NOISY, ids=lambda one: type(one).__name__)
def test_noise_comes_from_torchs_generator_and_only_in_training(layer: Layer, shape: Shape):
    built, images = build_layer(layer, shape), torch.randn(100, *shape)
    torch.manual_seed(3)
    first = built.train()(images)
    second = built(images)
    torch.manual_seed(3)
    assert torch.equal(built(images), first)
    assert not torch.equal(first, second)
    assert torch.equal(built.eval()(images), images)


@pytest.mark.parametrize(
    ("layer", "mean", "deviation"),
    [
        (Dropout(rate=0.3), 1.0, (0.3 / 0.7) ** 0.5),
        (GaussianNoise(stddev=0.5), 1.0, 0.5),
        (GaussianDropout(rate=0.3), 1.0, (0.3 / 0.7) ** 0.5),
    ],
    ids=lambda one: type(one).__name__,
)
def test_noise_is_as_wide_as_it_says(layer: Layer, mean: float, deviation: float):
    torch.manual_seed(0)
    made = build_layer(layer, (1000,)).train()(torch.ones(200, 1000))
    assert made.mean().item() == pytest.approx(mean, abs=0.01)
    assert made.std().item() == pytest.approx(deviation, rel=0.01)


def test_dropping_to_selu_keeps_mean_and_deviation():
    torch.manual_seed(0)
    made = build_layer(AlphaDropout(rate=0.3), (1000,)).train()(torch.randn(200, 1000))
    assert made.mean().item() == pytest.approx(0, abs=0.01)
    assert made.std().item() == pytest.approx(1, rel=0.01)
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    a = (0.7 * (1 + 0.3 * (alpha * scale) ** 2)) ** -0.5
    lowest = a * -alpha * scale + a * alpha * scale * 0.3
    assert torch.isclose(made, torch.tensor(lowest), atol=1e-5).float().mean().item() == pytest.approx(0.3, abs=0.01)


def test_whole_channels_are_dropped():
    torch.manual_seed(0)
    made = build_layer(SpatialDropout2D(rate=0.5), (3, 4, 50)).train()(torch.ones(20, 3, 4, 50))
    assert torch.equal(made, made[:, :1, :1].expand_as(made))
    assert set(made.unique().tolist()) == {0.0, 2.0}


def usual(kind: type[Layer]) -> Layer:
    """The layer of this kind with as few settings as it takes."""
    given = {name: value for name, value in NEEDED.items() if name in kind.__struct_fields__}
    if "kernel_size" in given:
        given["kernel_size"] = (3,) * (rank_of(kind) - 1)
    if kind is GaussianNoise:
        given = {"stddev": 0.5}
    special = {
        "Reshape": {"target_shape": (4, 36)},
        "Permute": {"dims": (2, 1, 3)},
        "Activation": {"activation": "tanh"},
        "GroupNormalization": {"groups": 2},
    }
    return kind(**{**given, **special.get(kind.__name__, {})})


def shape_for(kind: type[Layer]) -> Shape:
    return (6,) if kind is RepeatVector else FITTING[rank_of(kind)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_step_moves_all_that_is_trained_and_training_moves_the_running_means(kind: type[Layer]):
    shape = shape_for(kind)
    layers: tuple[Layer, ...] = (Dense(units=4, name="first"), usual(kind), Flatten(), Dense(units=3))
    if kind is Residual:
        layers = (Dense(units=5), *layers[1:])  # so that it needs filters
    network = Network(Model(shape, layers)).train()
    initialize(network, seed=0)
    before = {name: array.clone() for name, array in arrays(network).items()}
    torch.manual_seed(0)
    scores = network.scores(torch.randn(8, *shape))
    torch.nn.functional.cross_entropy(scores, torch.arange(8) % 3).backward()
    torch.optim.SGD(network.parameters(), 0.1).step()
    after = arrays(network)
    assert [name for name in before if torch.equal(before[name], after[name])] == []


LEARNING = [kind for kind in KINDS if kind is not Residual and usual(kind).weights(shape_for(kind))]


@pytest.mark.parametrize("kind", LEARNING, ids=lambda kind: kind.__name__)
def test_each_number_goes_against_its_own_gradient(kind: type[Layer]):
    """The fused step walks through weight, gradient and moments as they lie in memory: they must lie alike."""
    shape = FITTING[rank_of(kind)]
    network = Network(Model(shape, (usual(kind), Flatten(), Dense(units=3)))).train()
    initialize(network, seed=0)
    optimizer = make_optimizer(network.parameters(), Adam(learning_rate=0.5))
    before = [parameter.detach().clone() for parameter in network.parameters()]
    network.scores(torch.randn(8, *shape)).square().sum().backward()
    optimizer.step()
    for old, parameter in zip(before, network.parameters(), strict=True):
        clear = parameter.grad.abs() > 1e-3
        assert clear.any()
        moved = (parameter.detach() - old)[clear]
        torch.testing.assert_close(moved, -0.5 * parameter.grad.sign()[clear], rtol=1e-2, atol=1e-2)


def test_prelu_may_share_its_slope():
    built, weights = with_random_weights(PReLU(shared_axes=(1, 2)), (3, 4, 5))
    assert weights["alpha"].shape == (1, 1, 5)
    images = torch.randn(2, 3, 4, 5)
    torch.testing.assert_close(built(images), torch.where(images > 0, images, images * weights["alpha"]))


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
