"""Layers of noise: from torch's generator, as wide as they say, and only in training."""

import pytest
import torch

from cnn_tui.engine.build import build_layer
from cnn_tui.spec.layers import (
    AlphaDropout,
    Dropout,
    GaussianDropout,
    GaussianNoise,
    Layer,
    Shape,
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
)

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
