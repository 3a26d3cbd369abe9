"""What every layer is: a frozen value that knows its output shape, its weights and its cost."""

from math import prod
from typing import Annotated, Any

from msgspec import Meta, Struct

Shape = tuple[int, ...]
"""The sizes of one example, without the batch: (height, width, channels) for an image, (values,) when flat."""

Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Extent = Annotated[int, Meta(ge=1, le=1_024)]
Pair = tuple[Extent, Extent]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_\-]*$|^$", max_length=60)]


class Layer(Struct, frozen=True, kw_only=True):
    """One step of a network. Unless a kind says otherwise it keeps the shape and has no weights."""

    name: Annotated[
        Name, Meta(description="What its weights are called; empty: the kind and a number, as in Keras.")
    ] = ""

    def output_shape(self, shape: Shape) -> Shape:
        """The shape it makes of an input of this shape. Raises Misfit when it cannot take it."""
        return shape

    def weights(self, shape: Shape) -> dict[str, Shape]:
        """The trained arrays by name, in Keras's shapes, for an input of this shape that it can take."""
        return {}

    def macs(self, shape: Shape) -> int:
        """Multiply-adds of one example (bias, activation and pooling are not counted, as in torchinfo)."""
        return 0

    def sees(self, seen: "Seen | None", shape: Shape) -> "Seen | None":
        """What one value of its output sees of the network's input, given what one of its input sees; None: all."""
        return seen


class Seen(Struct, frozen=True):
    """The receptive field: how much of the input one value depends on, and how far apart neighbours look.

    Arithmetic: Araujo, Norris & Sim, "Computing receptive fields of convolutional neural networks" (2019), eq. 2.
    """

    size: tuple[int, int] = (1, 1)
    step: tuple[int, int] = (1, 1)

    def through(self, window: tuple[int, int], strides: tuple[int, int]) -> "Seen":
        """What one value sees after a window of this size, moved by these strides."""
        return Seen(
            (self.size[0] + (window[0] - 1) * self.step[0], self.size[1] + (window[1] - 1) * self.step[1]),
            (self.step[0] * strides[0], self.step[1] * strides[1]),
        )


class Remedy(Struct, frozen=True):
    """A way out that can be applied: other settings for the layer, a layer before it, or another input of the model."""

    text: str
    settings: dict[str, Any] = {}
    before: Layer | None = None
    input_shape: Shape | None = None

    @property
    def applies(self) -> bool:
        """Whether there is something to apply, beyond the advice."""
        return bool(self.settings) or self.before is not None or self.input_shape is not None


class Misfit(Exception):
    """A layer cannot take its input: the fact, the setting to look at (or none), and the way out."""

    def __init__(self, fact: str, remedy: Remedy, field: str = "", small_input: bool = False) -> None:
        super().__init__(fact, remedy)
        self.fact = fact
        self.remedy = remedy
        self.field = field
        self.small_input = small_input
        """Whether an earlier layer that shrank the image is part of the reason."""


def by(sizes: tuple[int, ...]) -> str:
    """Sizes as people write them: `28x28x64`."""
    return "x".join(str(size) for size in sizes)


def values(shape: Shape) -> int:
    """How many numbers a shape holds."""
    return prod(shape)
