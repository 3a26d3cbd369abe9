"""A network's arrays by name and in Keras's shapes: how they start, how they are stored and put back."""

import torch
from torch import Tensor

from cnn_tui.engine.build import Network
from cnn_tui.engine.initializers import draw
from cnn_tui.engine.seeds import generator
from cnn_tui.errors import UserError
from cnn_tui.spec.layers import by
from cnn_tui.spec.layers.initializers import Zeros


def arrays(network: Network) -> dict[str, Tensor]:
    """Every array as `layer.name`, for example `conv2d.kernel`, in Keras's shape, on the processor.

    Beside what is trained these are the running means of BatchNormalization.
    """
    return {
        weight.key: weight.layer.to_keras(weight.name, weight.array.detach()).contiguous().cpu()
        for weight in network.weights()
    }


def load_arrays(network: Network, given: dict[str, Tensor], where: str) -> None:
    """Puts stored arrays into a network. Raises UserError naming one that is missing, unknown or of another shape."""
    expected = {weight.key: weight for weight in network.weights()}
    remedy = "These weights belong to another model."
    for key in expected.keys() ^ given.keys():
        raise UserError(f"{'lacks' if key in expected else 'has an unknown array'} {key}", where, remedy)
    with torch.no_grad():
        for key, weight in expected.items():
            wanted = tuple(weight.layer.to_keras(weight.name, weight.array).shape)
            if tuple(given[key].shape) != wanted:
                raise UserError(f"{key} is {by(tuple(given[key].shape))}, not {by(wanted)}", where, remedy)
            weight.array.copy_(weight.layer.from_keras(weight.name, given[key]))


def initialize(network: Network, seed: int) -> None:
    """Sets all arrays as their initializers say. The same seed gives the same numbers on every device."""
    with torch.no_grad():
        for place, weight in enumerate(network.weights()):
            initializer = weight.setting("initializer") or Zeros()
            shape = tuple(weight.layer.to_keras(weight.name, weight.array).shape)
            drawn = draw(initializer, shape, generator(seed, "weights", place))
            weight.array.copy_(weight.layer.from_keras(weight.name, drawn))
