"""The model as a value: an input shape and a list of layers; every edit makes a new one."""

import re
from collections import Counter

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.spec.layers import Layer, Shape

MAX_LAYERS = 500


class Model(Struct, frozen=True):
    """A stack of layers over an input of one shape. Layers count from 0 here and from 1 where people see them."""

    input_shape: Shape
    layers: tuple[Layer, ...]
    name: str = "sequential"

    def with_layer(self, index: int, layer: Layer) -> "Model":
        """With another layer at this place."""
        return replace(self, layers=(*self.layers[:index], layer, *self.layers[index + 1 :]))

    def with_inserted(self, index: int, layer: Layer) -> "Model":
        """With a layer more, before the one at this place."""
        return replace(self, layers=(*self.layers[:index], layer, *self.layers[index:]))

    def without(self, index: int) -> "Model":
        """With one layer fewer."""
        return replace(self, layers=(*self.layers[:index], *self.layers[index + 1 :]))

    def with_moved(self, index: int, target: int) -> "Model":
        """With the layer of one place at another."""
        return self.without(index).with_inserted(target, self.layers[index])


def label(index: int, layer: Layer) -> str:
    """How sentences call the layer at this place: `Conv2D #4`."""
    return f"{type(layer).__name__} #{index + 1}"


def layer_names(model: Model) -> tuple[str, ...]:
    """The name of each layer: its own, or Keras's automatic one (conv2d, conv2d_1, ...); no two are equal."""
    taken = {layer.name for layer in model.layers if layer.name}
    counts: Counter[str] = Counter()
    names = []
    for layer in model.layers:
        name = layer.name
        while not name:
            base = _snake(type(layer).__name__)
            automatic = f"{base}_{counts[base]}" if counts[base] else base
            counts[base] += 1
            name = "" if automatic in taken else automatic
        names.append(name)
    return tuple(names)


def _snake(name: str) -> str:
    """Keras's spelling of a class name: MaxPooling2D is max_pooling2d."""
    words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()
