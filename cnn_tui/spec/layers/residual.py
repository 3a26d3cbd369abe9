"""Residual groups: the input of some layers joined to their output (He et al. 2015), so that deep networks learn."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from cnn_tui.spec.layers.base import MORE, Layer, Misfit, Remedy, Seen, Shape, by, values
from cnn_tui.spec.layers.initializers import GlorotUniform
from cnn_tui.spec.layers.weighted import Held, Kept, Starts, UseBias

Merge = Literal["add", "concatenate"]


class Residual(Layer, frozen=True, kw_only=True):
    """Joins what went into a group of layers to what comes out of it: the group learns only the difference.

    The group are the layers above it; where the shapes differ, 1x1 filters bring the input to the shape of the output.
    """

    FORMULA: ClassVar[str] = "layers(input) + input"

    layers: Annotated[
        int, Meta(ge=1, le=500, description="How many layers above it are the group.", extra={"unit": "layers"})
    ]
    merge: Annotated[Merge, Meta(description="add: value by value; concatenate: the channels side by side.")] = "add"
    use_bias: Annotated[UseBias, Meta(extra=MORE)] = False
    kernel_initializer: Starts = GlorotUniform()
    kernel_regularizer: Kept = None
    kernel_constraint: Held = None

    def joining(self, entering: Shape) -> "Join":
        """The end of a group that a shape went into."""
        return Join(
            entering=entering,
            merge=self.merge,
            use_bias=self.use_bias,
            kernel_initializer=self.kernel_initializer,
            kernel_regularizer=self.kernel_regularizer,
            kernel_constraint=self.kernel_constraint,
        )


class Join(Layer, frozen=True, kw_only=True):
    """A Residual in its place, where it is known what went into its group."""

    entering: Shape
    merge: Merge
    use_bias: bool
    kernel_initializer: Starts = GlorotUniform()
    kernel_regularizer: Kept = None
    kernel_constraint: Held = None

    def output_shape(self, shape: Shape) -> Shape:
        """The shape of the group's output, with the channels of its input when they are put side by side."""
        self.strides(shape)
        if self.merge == "add":
            return shape
        return (*shape[:-1], shape[-1] + self._channels(shape))

    def strides(self, shape: Shape) -> Shape | None:
        """How the 1x1 filters move to bring the input to the output's shape; None: it fits as it is.

        Raises Misfit when no filter of size 1 can bring it there.
        """
        apart = self.entering != shape if self.merge == "add" else self.entering[:-1] != shape[:-1]
        if not apart:
            return None
        remedy = Remedy('Use padding "same" and equal strides in the group, and keep Flatten and Reshape out of it.')
        if len(self.entering) == len(shape):
            strides = tuple(-(-size // left) for size, left in zip(self.entering[:-1], shape[:-1], strict=True))
            if tuple(-(-size // by) for size, by in zip(self.entering[:-1], strides, strict=True)) == shape[:-1]:
                return strides
        raise Misfit(f"cannot bring the {by(self.entering)} that went in to the {by(shape)} that came out", remedy)

    def weights(self, shape: Shape) -> dict[str, Shape]:
        """The kernel of the 1x1 filters, (ones, channels in, channels out), where they are needed."""
        strides = self.strides(shape)
        if strides is None:
            return {}
        channels = self._channels(shape)
        kernel = ((1,) * len(strides)) + (self.entering[-1], channels)
        return {"kernel": kernel} | ({"bias": (channels,)} if self.use_bias else {})

    def macs(self, shape: Shape) -> int:
        """The 1x1 filters at each place."""
        return values(shape[:-1]) * values(self.weights(shape)["kernel"]) if self.strides(shape) is not None else 0

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """What the group sees, which is more than its input."""
        return seen

    def arithmetic(self, shape: Shape) -> str:
        """What is joined to what."""
        filters = "" if self.strides(shape) is None else ", through 1x1 filters"
        return f"{by(shape)} {'+' if self.merge == 'add' else 'beside'} {by(self.entering)}{filters}"

    def _channels(self, shape: Shape) -> int:
        return shape[-1] if self.merge == "add" else self.entering[-1]
