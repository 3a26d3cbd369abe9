"""The layers of every network: Dense, Dropout and Activation."""

from typing import Annotated

from msgspec import Meta

from cnn_tui.spec.layers.activations import Activate
from cnn_tui.spec.layers.base import Count, Layer, Seen, Shape, values


class Dense(Layer, frozen=True, kw_only=True):
    """Connects every input value to every unit: each unit is a weighted sum of all of them."""

    units: Annotated[Count, Meta(description="How many outputs; the last Dense has one a class.")]
    activation: Annotated[Activate, Meta(description="The function put on every output value.")] = "linear"
    use_bias: Annotated[bool, Meta(description="Add a learned number to each unit.")] = True

    def output_shape(self, shape: Shape) -> Shape:
        """The last axis becomes the units; on an image it works on the channels of each pixel, as in Keras."""
        return (*shape[:-1], self.units)

    def weights(self, shape: Shape) -> dict[str, Shape]:
        """The kernel, (inputs, units), and a bias a unit."""
        return {"kernel": (shape[-1], self.units)} | ({"bias": (self.units,)} if self.use_bias else {})

    def macs(self, shape: Shape) -> int:
        """Every input times every unit."""
        return values(shape) * self.units

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """Everything, when flat; on an image, what its pixel sees."""
        return None if len(shape) == 1 else seen


class Dropout(Layer, frozen=True, kw_only=True):
    """Sets a random share of the values to zero while training, so that no value is relied on alone."""

    rate: Annotated[float, Meta(ge=0, lt=1, description="The share of values dropped; the others grow to make up.")]


class Activation(Layer, frozen=True, kw_only=True):
    """Puts a function on every value; what makes a stack of layers more than one weighted sum."""

    activation: Annotated[Activate, Meta(description="The function put on every value.")]
