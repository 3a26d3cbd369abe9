"""Keras's padding: how much is added before and after each axis of an input."""

from cnn_tui.spec.layers import Shape
from cnn_tui.spec.layers.windows import CausalPadding

Edges = tuple[tuple[int, int], ...]
"""Before and after each axis, the channels not counted."""


def same_padding(size: int, reach: int, stride: int) -> tuple[int, int]:
    """What is added before and after `size` so that a window gives ceil(size / stride) values.

    TensorFlow's rule, the odd one at the end: tensorflow.org/api_docs/python/tf/nn, "Notes on padding".
    """
    places = -(-size // stride)
    total = max((places - 1) * stride + reach - size, 0)
    return total // 2, total - total // 2


def edges(padding: CausalPadding, sizes: Shape, reached: Shape, strides: Shape) -> Edges:
    """What is added before and after each axis; causal: all of it before, so that no window looks ahead."""
    numbers = zip(sizes, reached, strides, strict=True)
    match padding:
        case "valid":
            return tuple((0, 0) for _ in numbers)
        case "causal":
            return tuple((reach - 1, 0) for _, reach, _ in numbers)
        case "same":
            return tuple(same_padding(*number) for number in numbers)


def as_torch_pads(edges: Edges) -> tuple[int, ...]:
    """The edges as `torch.nn.functional.pad` takes them: the last axis first."""
    return tuple(width for before_after in reversed(edges) for width in before_after)


def uncovered(same: bool, size: int, reached: int, stride: int, wanted: int) -> tuple[int, int]:
    """What a transposed convolution adds before and after all that its windows reach, below 0 what it cuts off."""
    made = (size - 1) * stride + reached
    before = max(made - wanted, 0) // 2 if same else 0
    return -before, wanted - (made - before)
