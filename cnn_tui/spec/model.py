"""The model as a value: an input shape and a list of layers; every edit makes a new one."""

from collections import Counter
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.spec.layers import Layer, Residual, Shape
from cnn_tui.spec.named import snake

MAX_LAYERS = 500


class Model(Struct, frozen=True):
    """A stack of layers over an input of one shape. Layers count from 0 here and from 1 where people see them."""

    input_shape: Shape
    layers: tuple[Layer, ...]
    name: str = "sequential"
    keras: Literal[2, 3] = 2
    """The version of Keras whose words these are: `hard_sigmoid` is one function in version 2 and another in 3."""

    def with_layer(self, index: int, layer: Layer) -> "Model":
        """With another layer at this place."""
        return replace(self, layers=(*self.layers[:index], layer, *self.layers[index + 1 :]))

    def with_inserted(self, index: int, layer: Layer) -> "Model":
        """With a layer more, before the one at this place. A residual group that it comes to stand in grows."""
        behind = (
            replace(later, layers=later.layers + 1) if isinstance(later, Residual) and later.layers > at else later
            for at, later in enumerate(self.layers[index:])
        )
        return replace(self, layers=(*self.layers[:index], layer, *behind))

    def with_pasted(self, index: int, layers: tuple[Layer, ...]) -> "Model":
        """With these layers before the one at this place, without the names that others have already."""
        model = self
        for at, layer in enumerate(layers):
            taken = {one.name for one in model.layers}
            fresh = replace(layer, name="") if layer.name in taken else layer
            model = model.with_inserted(index + at, fresh)
        return model

    def without(self, index: int) -> "Model":
        """With one layer fewer. A residual group that it stood in shrinks, and goes when nothing is left of it."""
        if self._is_alone(index):
            return self.without(index + 1).without(index)
        behind = (
            replace(later, layers=later.layers - 1) if isinstance(later, Residual) and later.layers > at else later
            for at, later in enumerate(self.layers[index + 1 :])
        )
        return replace(self, layers=(*self.layers[:index], *behind))

    def with_moved(self, index: int, target: int) -> "Model":
        """With the layer of one place at another. Moved into a residual group or out of it, the group follows."""
        layer = self.layers[index]
        if self._is_alone(index):
            return self.without(index + 1).with_moved(index, target - (target > index))
        if isinstance(layer, Residual) and layer.layers + target - index >= 1:  # the group keeps its beginning
            layer = replace(layer, layers=layer.layers + target - index)
        return self.without(index).with_inserted(target, layer)

    def _is_alone(self, index: int) -> bool:
        """Whether a residual group holds nothing but this layer."""
        after = self.layers[index + 1 : index + 2]
        return any(isinstance(one, Residual) and one.layers == 1 for one in after)


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
            base = snake(type(layer).__name__)
            automatic = f"{base}_{counts[base]}" if counts[base] else base
            counts[base] += 1
            name = "" if automatic in taken else automatic
        names.append(name)
    return tuple(names)
