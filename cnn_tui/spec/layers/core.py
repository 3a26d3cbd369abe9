"""The layers of every network: Dense, Activation and ActivityRegularization."""

from typing import Annotated, ClassVar

from msgspec import Meta

from cnn_tui.spec.layers.activations import Activated
from cnn_tui.spec.layers.base import Count, Layer, Seen, Shape, values
from cnn_tui.spec.layers.regularizers import Absolute, Square
from cnn_tui.spec.layers.weighted import Kerneled, UseBias


class Dense(Kerneled, frozen=True, kw_only=True):
    """Connects every input value to every unit: each unit is a weighted sum of all of them.

    On an image it works on the channels of each pixel, as in Keras; put a Flatten before it to see all pixels.
    """

    FORMULA: ClassVar[str] = "parameters = (inputs + 1) · units"

    units: Annotated[Count, Meta(description="How many outputs; the last Dense has one a class.")]
    activation: Activated = "linear"
    use_bias: UseBias = True

    def output_shape(self, shape: Shape) -> Shape:
        """The last axis becomes the units."""
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

    def arithmetic(self, shape: Shape) -> str:
        """Its parameters."""
        inputs = f"({shape[-1]:,} + 1)" if self.use_bias else f"{shape[-1]:,}"
        return f"{inputs}·{self.units:,} = {sum(map(values, self.weights(shape).values())):,}"


class Activation(Layer, frozen=True, kw_only=True):
    """Puts a function on every value; what makes a stack of layers more than one weighted sum.

    softmax turns the last axis into shares that sum to 1.
    """

    activation: Activated


class ActivityRegularization(Layer, frozen=True, kw_only=True):
    """Adds to the loss what its input is worth, so that the layer before it learns to say little.

    The values pass through as they are.
    """

    l1: Absolute = 0.0
    l2: Square = 0.0
