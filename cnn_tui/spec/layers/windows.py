"""The arithmetic of windows on an image: how many places they have, what does not fit, and why."""

from math import isqrt
from typing import Literal

from cnn_tui.spec.layers.base import Misfit, Remedy, Shape, by, values

Padding = Literal["valid", "same"]


def window(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """How many places a window has along an axis (Dumoulin & Visin 2016, relationship 15); below 1: it does not fit."""
    return (size + 2 * padding - (dilation * (kernel - 1) + 1)) // stride + 1


def reach(kernel: tuple[int, int], dilation: tuple[int, int]) -> tuple[int, int]:
    """How much of the image a dilated window covers: 3 pixels that are 2 apart reach over 5."""
    return (dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1)


def places(
    size: tuple[int, int], reached: tuple[int, int], strides: tuple[int, int], padding: Padding
) -> tuple[int, int]:
    """How many places a window of this reach has, down and across. Keras's `same` keeps ceil(size / stride)."""
    if padding == "same":
        return (-(-size[0] // strides[0]), -(-size[1] // strides[1]))
    return (window(size[0], reached[0], strides[0]), window(size[1], reached[1], strides[1]))


def image(shape: Shape) -> tuple[int, int, int]:
    """The height, width and channels of an image; raises Misfit for another shape, with the Reshape that makes one."""
    if len(shape) == 3:
        return shape[0], shape[1], shape[2]
    from cnn_tui.spec.layers.shaping import Reshape  # the way out is a layer itself

    picture = picture_shape(shape)
    given = f"{shape[0]:,} values" if len(shape) == 1 else by(shape)
    if picture is None:
        raise Misfit(
            f"needs an image (height x width x channels) but gets {given}",
            Remedy("Put a Reshape to an image before it."),
        )
    raise Misfit(
        f"needs an image (height x width x channels) but gets {given}",
        Remedy(f"Put a Reshape to {by(picture)} before it.", before=Reshape(target_shape=picture)),
    )


def picture_shape(shape: Shape) -> tuple[int, int, int] | None:
    """How these values are looked at as an image: as they are, or square and grey, or square in three colours."""
    if len(shape) == 3:
        return (shape[0], shape[1], shape[2])
    if len(shape) == 2:
        return (shape[0], shape[1], 1)
    for channels in (1, 3):
        side = isqrt(values(shape) // channels)
        if side * side * channels == values(shape) and side > 1:
            return (side, side, channels)
    return None


def square(sizes: tuple[int, int]) -> str:
    """A window in the shortest words: 3 for 3x3, else both sizes."""
    return str(sizes[0]) if sizes[0] == sizes[1] else by(sizes)


def divisors(number: int) -> tuple[int, ...]:
    """Every whole number that divides it, rising."""
    low = [one for one in range(1, isqrt(number) + 1) if number % one == 0]
    return (*low, *(number // one for one in reversed(low) if one * one != number))
