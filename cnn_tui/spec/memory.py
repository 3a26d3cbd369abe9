"""How much memory training needs, estimated before anything is allocated."""

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
