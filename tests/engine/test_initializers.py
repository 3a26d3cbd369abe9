"""How weights start: as wide as Keras's own, from a seed of their own or that of the training."""

import os

import numpy as np
import pytest
import torch
from torch import Tensor

from cnn_tui.engine.build import Network
from cnn_tui.engine.initializers import draw, fans
from cnn_tui.engine.seeds import generator
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.spec.layers import BatchNormalization, Conv2D, Dense, DepthwiseConv2D, Flatten, Shape
from cnn_tui.spec.layers import initializers as spec
from cnn_tui.spec.layers.initializers import Initializer
from cnn_tui.spec.model import Model

WIDE: tuple[Initializer, ...] = (
    spec.GlorotUniform(),
    spec.GlorotNormal(),
    spec.HeUniform(),
    spec.HeNormal(),
    spec.LecunUniform(),
    spec.LecunNormal(),
    spec.VarianceScaling(scale=0.7, mode="fan_out", distribution="untruncated_normal"),
    spec.VarianceScaling(scale=3.0, mode="fan_avg", distribution="truncated_normal"),
    spec.VarianceScaling(scale=3.0, mode="fan_out", distribution="uniform"),
    spec.RandomNormal(mean=0.3, stddev=0.2),
    spec.RandomUniform(minval=-0.1, maxval=0.4),
    spec.TruncatedNormal(mean=-0.2, stddev=0.1),
)
FIXED: tuple[Initializer, ...] = (
    spec.Zeros(),
    spec.Ones(),
    spec.Constant(value=-1.5),
    spec.Identity(gain=2.0),
)
SHAPES: tuple[Shape, ...] = ((40_000,), (200, 300), (5, 40, 300), (3, 3, 60, 100), (3, 3, 3, 40, 50))


@pytest.fixture(scope="module")
def keras():
    os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras")


def drawn(initializer: Initializer, shape: Shape, seed: int = 0) -> Tensor:
    return draw(initializer, shape, generator(seed, "test"))


def theirs(keras, initializer: Initializer, shape: Shape) -> np.ndarray:
    settings = {name: getattr(initializer, name) for name in initializer.__struct_fields__}
    return getattr(keras.initializers, type(initializer).__name__)(**settings)(shape).numpy()


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("initializer", WIDE, ids=lambda one: type(one).__name__)
def test_numbers_lie_as_those_of_keras_do(initializer: Initializer, shape: Shape, keras):
    keras.utils.set_random_seed(1)
    ours, kerass = drawn(initializer, shape).numpy(), theirs(keras, initializer, shape)
    spread = kerass.std()
    assert ours.mean() == pytest.approx(kerass.mean(), abs=0.03 * spread)
    assert ours.std() == pytest.approx(spread, rel=0.02)
    cuts = np.linspace(0.02, 0.98, 25)
    np.testing.assert_allclose(np.quantile(ours, cuts), np.quantile(kerass, cuts), atol=0.06 * spread)
    if "Uniform" in type(initializer).__name__ or getattr(initializer, "distribution", "") == "uniform":
        assert np.abs(ours).max() == pytest.approx(np.abs(kerass).max(), rel=0.01)


@pytest.mark.parametrize("initializer", FIXED, ids=lambda one: type(one).__name__)
def test_numbers_without_chance_are_those_of_keras(initializer: Initializer, keras):
    for shape in [(4, 6), (6, 4)]:
        np.testing.assert_array_equal(drawn(initializer, shape).numpy(), theirs(keras, initializer, shape))


@pytest.mark.parametrize("shape", [(50, 20), (20, 50), (3, 3, 4, 16), (2, 2, 2, 64)], ids=str)
def test_columns_or_rows_stand_at_right_angles(shape: Shape):
    matrix = drawn(spec.Orthogonal(gain=2.0), shape).reshape(-1, shape[-1])
    product = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
    torch.testing.assert_close(product, 4 * torch.eye(len(product)), atol=1e-5, rtol=0)


def test_nothing_lies_beyond_two_deviations():
    numbers = drawn(spec.TruncatedNormal(mean=1.0, stddev=0.5), (100_000,))
    assert numbers.min() >= 0
    assert numbers.max() <= 2
    assert (drawn(spec.TruncatedNormal(mean=1.0, stddev=0.0), (10,)) == 1).all()


def test_fans_are_those_of_keras(keras):
    from keras.src.initializers.random_initializers import compute_fans

    for shape in [(7,), (3, 5), (4, 3, 5), (3, 3, 16, 2), (2, 3, 4, 5, 6)]:
        assert fans(shape) == compute_fans(shape)


def test_a_seed_of_its_own_gives_the_same_numbers_whatever_the_training_has():
    start = spec.HeNormal(seed=3)
    model = Model(
        (4, 4, 2), (Conv2D(filters=3, kernel_size=(3, 3), kernel_initializer=start), Flatten(), Dense(units=2))
    )
    held = []
    for seed in (1, 2):
        network = Network(model)
        initialize(network, seed)
        held.append(arrays(network))
    assert torch.equal(held[0]["conv2d.kernel"], held[1]["conv2d.kernel"])
    assert not torch.equal(held[0]["dense.kernel"], held[1]["dense.kernel"])


def test_every_array_of_a_layer_starts_as_its_setting_says():
    layer = BatchNormalization(
        beta_initializer=spec.Constant(value=1.0),
        gamma_initializer=spec.Constant(value=2.0),
        moving_mean_initializer=spec.Constant(value=3.0),
        moving_variance_initializer=spec.Constant(value=4.0),
    )
    depthwise = DepthwiseConv2D(
        kernel_size=(3, 3),
        depthwise_initializer=spec.Constant(value=5.0),
        bias_initializer=spec.Constant(value=6.0),
    )
    network = Network(Model((4, 4, 2), (layer, depthwise)))
    initialize(network, seed=0)
    assert {name: array.unique().tolist() for name, array in arrays(network).items()} == {
        "batch_normalization.gamma": [2.0],
        "batch_normalization.beta": [1.0],
        "batch_normalization.moving_mean": [3.0],
        "batch_normalization.moving_variance": [4.0],
        "depthwise_conv2d.depthwise_kernel": [5.0],
        "depthwise_conv2d.bias": [6.0],
    }


def test_runs_of_earlier_versions_start_with_the_same_bits():
    network = Network(Model((5, 5, 2), (Conv2D(filters=3, kernel_size=(3, 3)), Flatten(), Dense(units=4))))
    initialize(network, seed=7)
    for place, (name, shape) in enumerate([("conv2d.kernel", (3, 3, 2, 3)), ("", ()), ("dense.kernel", (27, 4))]):
        if name:
            limit = (6 / sum(fans(shape))) ** 0.5
            earlier = torch.rand(shape, generator=generator(7, "weights", place)) * (2 * limit) - limit
            assert torch.equal(arrays(network)[name], earlier)
