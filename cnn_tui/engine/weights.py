"""A network's arrays by name and in Keras's shapes: how they start, how they are stored and put back."""

from math import prod, sqrt

import torch
from torch import Tensor, nn

from cnn_tui.engine.build import Network
from cnn_tui.engine.layers import Layer
from cnn_tui.engine.seeds import generator
from cnn_tui.errors import UserError
from cnn_tui.spec.layers import Shape, by


def arrays(network: Network) -> dict[str, Tensor]:
    """Every trained array as `layer.name`, for example `conv2d.kernel`, in Keras's shape, on the processor."""
    return {
        f"{layer_name}.{name}": layer.to_keras(name, parameter.detach()).contiguous().cpu()
        for layer_name, layer, name, parameter in _parameters(network)
    }


def load_arrays(network: Network, given: dict[str, Tensor], where: str) -> None:
    """Puts stored arrays into a network. Raises UserError naming one that is missing, unknown or of another shape."""
    expected = {
        f"{layer_name}.{name}": (layer, name, parameter) for layer_name, layer, name, parameter in _parameters(network)
    }
    remedy = "These weights belong to another model."
    for key in expected.keys() ^ given.keys():
        raise UserError(f"{'lacks' if key in expected else 'has an unknown array'} {key}", where, remedy)
    with torch.no_grad():
        for key, (layer, name, parameter) in expected.items():
            wanted = tuple(layer.to_keras(name, parameter).shape)
            if tuple(given[key].shape) != wanted:
                raise UserError(f"{key} is {by(tuple(given[key].shape))}, not {by(wanted)}", where, remedy)
            parameter.copy_(layer.from_keras(name, given[key]))


def initialize(network: Network, seed: int) -> None:
    """Sets all weights as Keras does: kernels Glorot uniform from the Keras shape, biases zero.

    Glorot & Bengio 2010, eq. 16. The same seed gives the same weights on every device.
    """
    with torch.no_grad():
        for place, (_, layer, name, parameter) in enumerate(_parameters(network)):
            if name != "kernel":
                parameter.zero_()
                continue
            shape = tuple(layer.to_keras(name, parameter).shape)
            limit = sqrt(6 / sum(fans(shape)))
            drawn = torch.rand(shape, generator=generator(seed, "weights", place)) * (2 * limit) - limit
            parameter.copy_(layer.from_keras(name, drawn))


def fans(shape: Shape) -> tuple[int, int]:
    """How many values feed one output and how many outputs one value feeds, from a kernel's Keras shape."""
    window = prod(shape[:-2])
    return window * shape[-2], window * shape[-1]


def _parameters(network: Network) -> list[tuple[str, Layer, str, nn.Parameter]]:
    return [
        (layer_name, layer, name, parameter)
        for layer_name, layer in zip(network.names, network.built, strict=True)
        for name, parameter in layer.named_parameters()
    ]
