"""Activations with settings of their own: ReLU, LeakyReLU, PReLU, ELU, ThresholdedReLU, Softmax."""

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnn_tui.engine.layers.activations import softmax
from cnn_tui.engine.layers.base import Layer, Step
from cnn_tui.spec import layers as spec
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.layers.axes import place


class Bent(Layer):
    """A function of one value, or of one axis, without weights."""

    def __init__(self, function: Step) -> None:
        super().__init__()
        self.function = function

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.function,)


class LearnedSlope(Layer):
    """PReLU: alpha has Keras's shape, that of an input with 1 along the shared axes."""

    def __init__(self, layer: spec.PReLU, shape: Shape) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.empty(layer.weights(shape)["alpha"]))

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.bend,)

    def bend(self, x: Tensor) -> Tensor:
        """The slope below zero is alpha."""
        return F.relu(x) - self.alpha * F.relu(-x)


def rectifier(layer: spec.ReLU) -> Step:
    """The ReLU of these settings; with the usual ones the activation relu itself."""
    usual = layer.max_value is None and layer.threshold == 0
    if usual and layer.negative_slope == 0:
        return F.relu
    if usual:
        return partial(F.leaky_relu, negative_slope=layer.negative_slope)
    return partial(_rectify, slope=layer.negative_slope, threshold=layer.threshold, largest=layer.max_value)


def softmax_along(axis: int, shape: Shape) -> Step:
    """Softmax along one axis; along the last the activation softmax itself."""
    at = place(axis, shape)
    return softmax if at == len(shape) - 1 else partial(F.softmax, dim=at + 1)


def above(x: Tensor, threshold: float) -> Tensor:
    """What is above the threshold, else 0: `F.threshold` in words that ONNX has too."""
    return torch.where(x <= threshold, 0.0, x)


def _rectify(x: Tensor, slope: float, threshold: float, largest: float | None) -> Tensor:
    """As Keras 2 computes it: a value that is the threshold does not pass."""
    passed = above(x, threshold).clamp(0, largest)
    return passed - slope * F.relu(threshold - x) if slope else passed
