"""The activation functions, by Keras's names."""

from typing import Literal

Activate = Literal["linear", "relu", "softmax", "sigmoid", "tanh", "elu", "selu", "softplus", "softsign", "exponential"]
