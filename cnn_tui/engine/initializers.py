"""How weights start, by Keras's formulas: all sizes are those of the Keras shape."""

from math import prod, sqrt

import torch
from torch import Generator, Tensor, nn

from cnn_tui.spec.layers import Shape
from cnn_tui.spec.layers import initializers as spec
from cnn_tui.spec.layers.initializers import Initializer, Scaled, VarianceScaling

DEVIATION_WITHIN_TWO = 0.87962566103423978
"""The standard deviation of a normal distribution that is cut at two standard deviations."""


def draw(initializer: Initializer, shape: Shape, generator: Generator) -> Tensor:
    """An array of this Keras shape; where the initializer has a seed of its own, `generator` is left alone."""
    if (seed := getattr(initializer, "seed", None)) is not None:
        generator = torch.Generator().manual_seed(seed)
    match initializer:
        case spec.Zeros():
            return torch.zeros(shape)
        case spec.Ones():
            return torch.ones(shape)
        case spec.Constant():
            return torch.full(shape, initializer.value)
        case spec.Identity():
            return initializer.gain * torch.eye(*shape)
        case spec.RandomNormal():
            return initializer.mean + initializer.stddev * torch.randn(shape, generator=generator)
        case spec.RandomUniform():
            return _uniform(initializer.minval, initializer.maxval, shape, generator)
        case spec.TruncatedNormal():
            return initializer.mean + initializer.stddev * _truncated_normal(shape, generator)
        case spec.Orthogonal():
            return initializer.gain * _orthogonal(shape, generator)
        case VarianceScaling():
            return _scaled(initializer, shape, generator)
        case Scaled():
            return _scaled(initializer.SCALING, shape, generator)
    raise AssertionError(f"{type(initializer).__name__} draws nothing")


def fans(shape: Shape) -> tuple[int, int]:
    """How many values feed one output and how many outputs one value feeds, as Keras counts them for any array."""
    if len(shape) == 1:
        return shape[0], shape[0]
    window = prod(shape[:-2])
    return window * shape[-2], window * shape[-1]


def _scaled(scaling: VarianceScaling, shape: Shape, generator: Generator) -> Tensor:
    """Variance scale / fan (Glorot & Bengio 2010, eq. 16; He et al. 2015, eq. 10)."""
    fan_in, fan_out = fans(shape)
    fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[scaling.mode]
    match scaling.distribution:
        case "uniform":
            limit = sqrt(3 * scaling.scale / fan)
            return _uniform(-limit, limit, shape, generator)
        case "untruncated_normal":
            return sqrt(scaling.scale / fan) * torch.randn(shape, generator=generator)
        case "truncated_normal":
            return sqrt(scaling.scale / fan) / DEVIATION_WITHIN_TWO * _truncated_normal(shape, generator)


def _uniform(low: float, high: float, shape: Shape, generator: Generator) -> Tensor:
    return torch.rand(shape, generator=generator) * (high - low) + low


def _truncated_normal(shape: Shape, generator: Generator) -> Tensor:
    """From a normal distribution, nothing beyond two standard deviations."""
    drawn: Tensor = nn.init.trunc_normal_(torch.empty(shape), a=-2, b=2, generator=generator)
    return drawn


def _orthogonal(shape: Shape, generator: Generator) -> Tensor:
    """The columns of a random matrix made orthogonal, the signs such that every rotation is as likely."""
    rows, columns = prod(shape[:-1]), shape[-1]
    q, r = torch.linalg.qr(torch.randn(max(rows, columns), min(rows, columns), generator=generator))
    turned: Tensor = q * r.diagonal().sign()
    return (turned.t() if rows < columns else turned).reshape(shape)
