"""Activations with settings of their own, as layers."""

from typing import Annotated, ClassVar

from msgspec import Meta

from cnn_tui.spec.layers.axes import Axis, place
from cnn_tui.spec.layers.base import Layer, Misfit, Remedy, Shape, by
from cnn_tui.spec.layers.initializers import Zeros
from cnn_tui.spec.layers.weighted import Held, Kept, Starts

OwnAxis = Annotated[int, Meta(ge=1, le=4)]
"""An axis of one example, from 1: Keras counts these without the end."""
Slope = Annotated[float, Meta(ge=0, le=1e6)]


class ReLU(Layer, frozen=True, kw_only=True):
    """Sets what is below a threshold to zero and passes the rest, up to a largest value.

    With its usual settings it is the activation relu.
    """

    FORMULA: ClassVar[str] = "min(value, max) from the threshold on, else slope · (value − threshold)"

    max_value: Annotated[Slope | None, Meta(description="The largest value that comes out; automatic: no limit.")] = (
        None
    )
    negative_slope: Annotated[Slope, Meta(description="How much of what is below the threshold passes.")] = 0.0
    threshold: Annotated[Slope, Meta(description="From where on values pass.")] = 0.0


class LeakyReLU(Layer, frozen=True, kw_only=True):
    """Passes positive values, and a share of the negative ones.

    No unit can die: there is always a gradient (Maas et al. 2013).
    """

    FORMULA: ClassVar[str] = "value, or alpha · value below 0"

    alpha: Annotated[Slope, Meta(description="The share of negative values that passes.")] = 0.3


class PReLU(Layer, frozen=True, kw_only=True):
    """Passes positive values, and a learned share of the negative ones (He et al. 2015).

    There is a share for every value, or one for all values along the shared axes: 1 2 for one a channel of an image.
    """

    FORMULA: ClassVar[str] = "value, or alpha · value below 0, alpha learned"

    alpha_initializer: Starts = Zeros()
    alpha_regularizer: Kept = None
    alpha_constraint: Held = None
    shared_axes: Annotated[
        Annotated[tuple[OwnAxis, ...], Meta(min_length=1, max_length=4)] | None,
        Meta(description="The axes along which one share serves all, from 1; automatic: none."),
    ] = None

    def output_shape(self, shape: Shape) -> Shape:
        """The same. Raises Misfit for an axis that is not there."""
        self.weights(shape)
        return shape

    def weights(self, shape: Shape) -> dict[str, Shape]:
        """Alpha: the shape of the input, 1 along the shared axes."""
        shared = self.shared_axes or ()
        if max(shared, default=0) > len(shape):
            axes = tuple(range(1, max(2, len(shape))))
            raise Misfit(
                f"shared_axes {by(shared)} name an axis that its {by(shape)} input has not",
                Remedy(f"Use {by(axes)}.", {"shared_axes": axes}),
                "shared_axes",
            )
        return {"alpha": tuple(1 if axis in shared else size for axis, size in enumerate(shape, start=1))}


class ELU(Layer, frozen=True, kw_only=True):
    """Passes positive values and bends the negative ones smoothly towards -alpha.

    Means stay nearer to zero than with relu (Clevert et al. 2015).
    """

    FORMULA: ClassVar[str] = "value, or alpha · (e^value − 1) below 0"

    alpha: Annotated[Slope, Meta(description="How far below zero it goes.")] = 1.0


class ThresholdedReLU(Layer, frozen=True, kw_only=True):
    """Passes values above a threshold; the rest becomes zero.

    Keras 3 has no such layer.
    """

    FORMULA: ClassVar[str] = "value above theta, else 0"

    theta: Annotated[Slope, Meta(description="Above which values pass.")] = 1.0


class Softmax(Layer, frozen=True, kw_only=True):
    """Turns values into shares that sum to 1: what is large gets nearly all.

    At the end of a network the shares are the probabilities of the classes.
    """

    FORMULA: ClassVar[str] = "e^value / sum of e^values"

    axis: Annotated[Axis, Meta(description="The axis along which they sum to 1; -1: the last.")] = -1

    def output_shape(self, shape: Shape) -> Shape:
        """The same. Raises Misfit for an axis that is not there."""
        place(self.axis, shape)
        return shape
