"""Pooling layers: one number for each window, so that the image shrinks."""

from typing import Annotated

from msgspec import Meta

from cnn_tui.spec.layers.base import Layer, Misfit, Pair, Remedy, Seen, Shape, by
from cnn_tui.spec.layers.windows import Padding, image, places, square


class MaxPooling2D(Layer, frozen=True, kw_only=True):
    """Keeps the largest value of each window of a channel: the image shrinks, the strongest answers stay."""

    pool_size: Annotated[Pair, Meta(description="Height and width of the window.")] = (2, 2)
    strides: Annotated[Pair | None, Meta(description="How far the window moves; automatic: its own size.")] = None
    padding: Annotated[Padding, Meta(description="valid: whole windows only; same: the rest at the edge too.")] = (
        "valid"
    )

    def output_shape(self, shape: Shape) -> Shape:
        """(rows, columns, channels). Raises Misfit when the window is larger than the image."""
        height, width, channels = image(shape)
        if self.padding == "valid" and (self.pool_size[0] > height or self.pool_size[1] > width):
            fitting = (min(self.pool_size[0], height), min(self.pool_size[1], width))
            raise Misfit(
                f"pool {square(self.pool_size)} is larger than its {by((height, width))} input",
                Remedy(f'Use a pool of {square(fitting)} or less, or padding "same".', {"pool_size": fitting}),
                "pool_size",
                small_input=True,
            )
        return (*places((height, width), self.pool_size, self.strides or self.pool_size, self.padding), channels)

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """The window of windows."""
        return seen and seen.through(self.pool_size, self.strides or self.pool_size)
