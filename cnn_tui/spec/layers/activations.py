"""The activation functions, by Keras's names."""

from typing import Annotated, Literal

from msgspec import Meta

Activate = Literal[
    "linear",
    "relu",
    "softmax",
    "sigmoid",
    "tanh",
    "elu",
    "selu",
    "softplus",
    "softsign",
    "exponential",
    "hard_sigmoid",
    "gelu",
    "silu",
    "mish",
    "hard_silu",
    "leaky_relu",
    "relu6",
]

Activated = Annotated[Activate, Meta(description="The function put on every output value.")]
