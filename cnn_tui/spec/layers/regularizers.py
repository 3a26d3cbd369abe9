"""What weights or outputs add to the loss so that they stay small, by Keras's names."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from cnn_tui.spec.layers.base import Shape
from cnn_tui.spec.named import Named

Factor = Annotated[float, Meta(ge=0, le=1e6)]
Absolute = Annotated[Factor, Meta(description="Times the sum of the absolute values.")]
Square = Annotated[Factor, Meta(description="Times the sum of the squares.")]


class Penalty(Named, frozen=True, kw_only=True):
    """A number that grows with an array."""

    MODULE: ClassVar[str] = "keras.regularizers"

    def refuses(self, shape: Shape) -> str:
        """Why it cannot be used on an array of this Keras shape; empty: it can."""
        return ""


class L1(Penalty, frozen=True, kw_only=True, tag=True):
    """Pushes values to zero."""

    l1: Absolute = 0.01


class L2(Penalty, frozen=True, kw_only=True, tag=True):
    """Keeps values small."""

    l2: Square = 0.01


class L1L2(Penalty, frozen=True, kw_only=True, tag=True):
    """Both."""

    l1: Absolute = 0.01
    l2: Square = 0.01


class OrthogonalRegularizer(Penalty, frozen=True, kw_only=True, tag=True):
    """Pushes rows or columns to right angles."""

    factor: Annotated[Factor, Meta(description="Times the mean overlap of two rows or columns.")] = 0.01
    mode: Annotated[Literal["rows", "columns"], Meta(description="Which of them.")] = "rows"

    def refuses(self, shape: Shape) -> str:
        """It needs a matrix, and at least two rows or columns in it."""
        if len(shape) != 2:
            return "needs an array of two sizes"
        return "" if shape[0 if self.mode == "rows" else 1] > 1 else f"needs two {self.mode} or more"


Regularizer = L2 | L1 | L1L2 | OrthogonalRegularizer
