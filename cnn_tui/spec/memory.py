"""How much memory training needs, estimated before anything is allocated."""

from collections.abc import Callable

from cnn_tui.spec.layers import Shape, values
from cnn_tui.spec.shapes import Row, total_activation_values, total_parameters

BYTES = 4
"""Of a number in float32."""
COPIES_OF_A_WEIGHT = 4
"""The weight, its gradient, and the two moments of Adam."""
COPIES_OF_AN_ACTIVATION = 2
"""What a layer made, and its gradient."""


def weight_bytes(rows: tuple[Row, ...]) -> int:
    """What the weights take while they are trained."""
    return BYTES * COPIES_OF_A_WEIGHT * total_parameters(rows)


def image_bytes(rows: tuple[Row, ...], input_shape: Shape) -> int:
    """What one image of a batch takes on its way through the model and back."""
    return BYTES * (values(input_shape) + COPIES_OF_AN_ACTIVATION * total_activation_values(rows))


def training_bytes(rows: tuple[Row, ...], input_shape: Shape, batch_size: int) -> int:
    """What a training with batches of this size takes, without the data and the program."""
    return weight_bytes(rows) + batch_size * image_bytes(rows, input_shape)


def largest_batch(rows: tuple[Row, ...], input_shape: Shape, memory: int) -> int:
    """The most images a batch can have when so many bytes are free; 0 when there is room for none."""
    return max((memory - weight_bytes(rows)) // image_bytes(rows, input_shape), 0)


def largest_that(fits: Callable[[int], bool], first: int, most: int) -> int:
    """The largest batch up to `most` that fits, to about a twentieth, tried from `first` on; 0: not even one image.

    What fits is grown and what does not is cut to half until both are known, then the gap between them is halved.
    """
    good, bad, at = 0, most + 1, max(min(first, most), 1)
    while bad - good > max(good // 20, 1):
        if fits(at):
            good = at
        else:
            bad = at
        at = min(good * 2, most) if bad > most else (good + bad) // 2
    return good
