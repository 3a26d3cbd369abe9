"""What every layer is: a frozen value that knows its output shape, its weights and its cost."""

from fractions import Fraction
from math import prod
from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

Shape = tuple[int, ...]
"""The sizes of one example, without the batch: (height, width, channels) for an image, (values,) when flat."""

Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Extent = Annotated[int, Meta(ge=1, le=1_024)]
Single = tuple[Extent]
Pair = tuple[Extent, Extent]
Triple = tuple[Extent, Extent, Extent]
MORE = {"more": True}
"""The mark of a setting that most people leave alone: forms show it last, under `more`."""
Name = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_\-]*$|^$", max_length=60)]


class Layer(Struct, frozen=True, kw_only=True):
    """One step of a network. Unless a kind says otherwise it keeps the shape and has no weights."""

    FORMULA: ClassVar[str] = ""
    """The arithmetic behind its output, in symbols."""
    FIRST: ClassVar[str] = ""
    """The setting to show before all others; empty: in the order of their declaration."""
    NOT_TRAINED: ClassVar[frozenset[str]] = frozenset()
    """Weights that no optimizer moves."""

    name: Annotated[
        Name, Meta(description="What its weights are called; empty: the kind and a number, as in Keras.", extra=MORE)
    ] = ""
    enabled: Annotated[
        bool, Meta(description="Whether the model has it; a layer that is off is kept and left out.", extra=MORE)
    ] = True

    def output_shape(self, shape: Shape) -> Shape:
        """The shape it makes of an input of this shape. Raises Misfit when it cannot take it."""
        return shape

    def weights(self, shape: Shape) -> dict[str, Shape]:
        """Its arrays by name, in Keras's shapes, for an input of this shape that it can take."""
        return {}

    def macs(self, shape: Shape) -> int:
        """Multiply-adds of one example (bias, activation and pooling are not counted, as in torchinfo)."""
        return 0

    def sees(self, seen: "Seen | None", shape: Shape) -> "Seen | None":
        """What one value of its output sees of the network's input, given what one of its input sees; None: all."""
        return seen

    def arithmetic(self, shape: Shape) -> str:
        """The formula with the numbers of this input filled in, an axis a line; empty where there is none."""
        return ""

    def setting_of(self, weight: str, kind: str) -> str:
        """The setting that says how this weight starts (kind `initializer`), is kept small or is held to a rule."""
        return f"{weight.removesuffix('_kernel')}_{kind}"


class Seen(Struct, frozen=True):
    """The receptive field: how much of the input one value depends on, and how far apart neighbours look.

    Without sizes: one value of the input itself. A step is less than 1 after an upsampling.
    Arithmetic: Araujo, Norris & Sim, "Computing receptive fields of convolutional neural networks" (2019), eq. 2.
    """

    size: tuple[int, ...] = ()
    step: tuple[int | Fraction, ...] = ()

    def through(self, window: tuple[int, ...], strides: tuple[int | Fraction, ...]) -> "Seen":
        """What one value sees after a window of this size, moved by these strides."""
        size, step = self.size or (1,) * len(window), self.step or (1,) * len(window)
        return Seen(
            tuple(-(-(held + (reach - 1) * apart) // 1) for held, reach, apart in zip(size, window, step, strict=True)),
            tuple(apart * stride for apart, stride in zip(step, strides, strict=True)),
        )


class Remedy(Struct, frozen=True):
    """A way out that can be applied: other settings, layers before, behind or in place of it, another input."""

    text: str
    settings: dict[str, Any] = {}
    before: Layer | None = None
    behind: tuple[Layer, ...] = ()
    instead: tuple[Layer, ...] = ()
    input_shape: Shape | None = None

    @property
    def applies(self) -> bool:
        """Whether there is something to apply, beyond the advice."""
        layers = (*self.behind, *self.instead)
        return bool(self.settings or layers) or self.before is not None or self.input_shape is not None


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
