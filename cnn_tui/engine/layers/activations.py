"""The activation functions as torch has them, with Keras's constants."""

import torch
from torch import Tensor
from torch.nn import functional as F

from cnn_tui.engine.layers.base import Layer, Step
from cnn_tui.spec.layers.activations import Activate


def linear(x: Tensor) -> Tensor:
    """Nothing."""
    return x


def softmax(x: Tensor) -> Tensor:
    """Shares of the last axis."""
    return F.softmax(x, dim=-1)


def hard_sigmoid(x: Tensor) -> Tensor:
    """Keras 2's, which Galaxy means; that of Keras 3 and torch has a slope of 1/6: see `in_words_of_keras_3`."""
    return (0.2 * x + 0.5).clamp(0, 1)


def leaky_relu(x: Tensor) -> Tensor:
    """The function has another slope in Keras than its layer, and than torch."""
    return F.leaky_relu(x, 0.2)


ACTIVATIONS: dict[Activate, Step] = {
    "linear": linear,
    "relu": F.relu,
    "softmax": softmax,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "elu": F.elu,
    "selu": F.selu,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "exponential": torch.exp,
    "hard_sigmoid": hard_sigmoid,
    "gelu": F.gelu,
    "silu": F.silu,
    "mish": F.mish,
    "hard_silu": F.hardswish,
    "leaky_relu": leaky_relu,
    "relu6": F.relu6,
}


def in_words_of_keras_3(layer: Layer) -> None:
    """Gives a layer the functions that version 3 means by the same names."""
    if getattr(layer, "activate", None) is hard_sigmoid:
        vars(layer)["activate"] = F.hardsigmoid
