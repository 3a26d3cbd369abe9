"""Layers that disturb the training. What they draw comes from torch's generator, which the loop seeds a step."""

from collections.abc import Sequence
from math import sqrt

import torch
from torch import Tensor
from torch.nn import functional as F

from cnn_tui.engine.layers.base import Layer, Step
from cnn_tui.spec.layers import Shape


class Noise(Layer):
    """Does something in training only; `amount` is the rate or the deviation."""

    def __init__(self, amount: float) -> None:
        super().__init__()
        self.amount = amount

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.disturb,)

    def disturb(self, x: Tensor) -> Tensor:
        """The same when the network predicts."""
        return self.disturbed(x) if self.training and self.amount else x

    def disturbed(self, x: Tensor) -> Tensor:
        """What training gets."""
        raise AssertionError(f"{type(self).__name__} disturbs nothing")


class Drop(Noise):
    """Dropout."""

    def disturbed(self, x: Tensor) -> Tensor:
        """Zeros for a share of the values, the others larger in return."""
        return F.dropout(x, self.amount)


class DropChannels(Noise):
    """SpatialDropout of one, two and three axes."""

    def __init__(self, rate: float, axes: int, shape: Shape) -> None:
        super().__init__(rate)
        assert len(shape) == axes + 1
        self.noise_shape = (*(1 for _ in range(axes)), shape[-1])

    def disturbed(self, x: Tensor) -> Tensor:
        """Zeros for a share of the channels of each example, the others larger in return."""
        return x * F.dropout(x.new_ones(x.shape[0], *self.noise_shape), self.amount)


class DropToSelu(Noise):
    """AlphaDropout: torch has the formula of Keras."""

    def disturbed(self, x: Tensor) -> Tensor:
        """The lowest value of selu for a share of the values, then all moved back to mean 0 and deviation 1."""
        return F.alpha_dropout(x, self.amount, training=True)


class AddNoise(Noise):
    """GaussianNoise."""

    def disturbed(self, x: Tensor) -> Tensor:
        """A random number more."""
        return x + self.amount * torch.randn_like(x)


class MultiplyNoise(Noise):
    """GaussianDropout."""

    def disturbed(self, x: Tensor) -> Tensor:
        """Times a random number around 1, as wide as dropping this share would be."""
        return x * (1 + sqrt(self.amount / (1 - self.amount)) * torch.randn_like(x))
