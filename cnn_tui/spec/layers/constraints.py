"""What is done to weights after each step, by Keras's names (keras.io/api/layers/constraints)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from cnn_tui.spec.layers.base import MORE, Shape
from cnn_tui.spec.named import Named

Axis = Annotated[int, Meta(ge=-6, le=5)]
Axes = Annotated[
    tuple[Axis, ...],
    Meta(
        min_length=1,
        max_length=6,
        description="The axes that a norm is taken over, from 0; 0 1 2 for a filter.",
        extra=MORE,
    ),
]
Norm = Annotated[float, Meta(ge=0, le=1e6)]


class Rule(Named, frozen=True, kw_only=True):
    """Something that an array is held to."""

    MODULE: ClassVar[str] = "keras.constraints"

    def refuses(self, shape: Shape) -> str:
        """Why an array of this Keras shape cannot be held to it; empty: it can."""
        return ""


class NormRule(Rule, frozen=True, kw_only=True):
    """A rule about the length of vectors."""

    axis: Axes = (0,)

    def refuses(self, shape: Shape) -> str:
        """The axes must be there, each once."""
        rank = len(shape)
        missing = next((axis for axis in self.axis if not -rank <= axis < rank), None)
        if missing is not None:
            return f"has the axis {missing}, but the array has {rank}"
        return "" if len({axis % rank for axis in self.axis}) == len(self.axis) else "names an axis twice"


class MaxNorm(NormRule, frozen=True, kw_only=True, tag=True):
    """No vector longer than this."""

    max_value: Annotated[Norm, Meta(description="How long at most.")] = 2.0


class MinMaxNorm(NormRule, frozen=True, kw_only=True, tag=True):
    """No vector shorter or longer than this."""

    min_value: Annotated[Norm, Meta(description="How long at least.")] = 0.0
    max_value: Annotated[Norm, Meta(description="How long at most.")] = 1.0
    rate: Annotated[float, Meta(ge=0, le=1, description="How much of the way is gone in a step.")] = 1.0


class UnitNorm(NormRule, frozen=True, kw_only=True, tag=True):
    """Every vector of length 1."""


class NonNeg(Rule, frozen=True, kw_only=True, tag=True):
    """Nothing below zero."""


class RadialConstraint(Rule, frozen=True, kw_only=True, tag=True):
    """The same weight everywhere at one distance from the centre of the kernel."""

    def refuses(self, shape: Shape) -> str:
        """It needs the kernel of an image, as high as wide."""
        if len(shape) != 4:
            return "needs a kernel of four sizes"
        return "" if shape[0] == shape[1] else "needs a kernel as high as wide"


Constraint = MaxNorm | NonNeg | UnitNorm | MinMaxNorm | RadialConstraint
