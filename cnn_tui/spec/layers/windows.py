"""The arithmetic of windows on sequences, images and volumes: how many places they have, what does not fit, and why."""

from collections.abc import Sequence
from math import isqrt, prod
from typing import Literal

from cnn_tui.spec.layers.base import Misfit, Remedy, Shape, by, values

Padding = Literal["valid", "same"]
CausalPadding = Literal["valid", "same", "causal"]
WANTS = {
    1: "a sequence (steps x channels)",
    2: "an image (height x width x channels)",
    3: "a volume (depth x height x width x channels)",
}
"""What a layer of so many axes works on, in words."""


def window(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """How many places a window has along an axis (Dumoulin & Visin 2016, relationship 15); below 1: it does not fit."""
    return (size + 2 * padding - (dilation * (kernel - 1) + 1)) // stride + 1


def reach(kernel: Shape, dilation: Shape) -> Shape:
    """How much a dilated window covers along each axis: 3 pixels that are 2 apart reach over 5."""
    return tuple(apart * (size - 1) + 1 for size, apart in zip(kernel, dilation, strict=True))


def places(sizes: Shape, reached: Shape, strides: Shape, padding: CausalPadding) -> Shape:
    """How many places a window of this reach has along each axis. Keras's `same` keeps ceil(size / stride)."""
    if padding != "valid":
        return tuple(-(-size // stride) for size, stride in zip(sizes, strides, strict=True))
    return tuple(window(*numbers) for numbers in zip(sizes, reached, strides, strict=True))


def spatial(shape: Shape, axes: int) -> Shape:
    """The sizes without the channels; raises Misfit for a shape of other axes, with the Reshape that makes one."""
    if len(shape) == axes + 1:
        return shape[:-1]
    from cnn_tui.spec.layers.shaping import Reshape  # the way out is a layer itself

    fact = f"needs {WANTS[axes]} but gets {shape[0]:,} values" if len(shape) == 1 else _gets(shape, axes)
    made = arranged(shape, axes)
    if made is None:
        raise Misfit(fact, Remedy(f"Put a Reshape to {WANTS[axes].split(' (')[0]} before it."))
    raise Misfit(fact, Remedy(f"Put a Reshape to {by(made)} before it.", before=Reshape(target_shape=made)))


def _gets(shape: Shape, axes: int) -> str:
    return f"needs {WANTS[axes]} but gets {by(shape)}"


def arranged(shape: Shape, axes: int) -> Shape | None:
    """The same values as a sequence (1), an image (2) or a volume (3), as they are most likely meant."""
    if len(shape) == axes + 1:
        return shape
    if axes == 1:
        return (prod(shape[:-1]), shape[-1]) if len(shape) > 1 else (*shape, 1)
    if axes == 2 and len(shape) == 4:
        return (shape[0], shape[1], shape[2] * shape[3])
    picture = picture_shape(shape)
    return picture if axes == 2 or picture is None else (*picture, 1)


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


def check_kernel(sizes: Shape, kernel: Shape, strides: Shape, dilation: Shape, padding: CausalPadding) -> None:
    """Raises Misfit when a kernel cannot stand on its input, or moves in a way that Keras does not know."""
    if max(strides) > 1 and max(dilation) > 1:
        raise Misfit(
            f"strides {by(strides)} and dilation {by(dilation)} cannot be combined",
            Remedy("Set one of the two to 1.", {"dilation_rate": (1,) * len(dilation)}),
            "dilation_rate",
        )
    reached = reach(kernel, dilation)
    if padding != "valid" or not exceeds(reached, sizes):
        return
    if max(dilation) > 1 and not exceeds(kernel, sizes):
        raise Misfit(
            f"kernel {square(kernel)} with dilation {by(dilation)} reaches over {by(reached)}, "
            f"more than {input_of(sizes)}",
            Remedy('Use dilation 1, or padding "same".', {"dilation_rate": (1,) * len(dilation)}),
            "dilation_rate",
            small_input=True,
        )
    raise too_large(
        "kernel",
        "kernel_size",
        kernel,
        sizes,
        'or padding "same"',
        {"dilation_rate": (1,) * len(dilation)} if max(dilation) > 1 else {},
    )


def too_large(
    what: str, field: str, given: Shape, sizes: Shape, else_do: str, also: dict[str, Shape] | None = None
) -> Misfit:
    """A window that is larger than its input: the largest that fits is the way out."""
    fitting = tuple(map(min, given, sizes))
    return Misfit(
        f"{what} {square(given)} is larger than {input_of(sizes)}",
        Remedy(f"Use a {what} of {square(fitting)} or less, {else_do}.", {field: fitting, **(also or {})}),
        field,
        small_input=True,
    )


def input_of(sizes: Shape) -> str:
    """What a window stands on, in words: `its 3x3 input`, `its input of 4 steps`."""
    return f"its input of {sizes[0]:,} steps" if len(sizes) == 1 else f"its {by(sizes)} input"


def exceeds(sizes: Shape, limits: Shape) -> bool:
    """Whether one of the sizes is over its limit."""
    return any(size > limit for size, limit in zip(sizes, limits, strict=True))


def check_groups(groups: int, numbers: Sequence[tuple[str, int]], possible: int) -> None:
    """Raises Misfit when the groups do not divide one of the numbers; `possible`: what their ways out divide."""
    from cnn_tui.errors import one_of

    for what, number in numbers:
        if number % groups:
            ways = divisors(possible)
            best = max(divisor for divisor in ways if divisor <= groups)
            raise Misfit(
                f"{groups} groups do not divide {number} {what}",
                Remedy(f"Use groups {one_of(tuple(map(str, ways[:8])))}.", {"groups": best}),
                "groups",
            )


def square(sizes: Shape) -> str:
    """A window in the shortest words: 3 for 3x3, else all sizes."""
    return str(sizes[0]) if len(set(sizes)) == 1 else by(sizes)


def divisors(number: int) -> tuple[int, ...]:
    """Every whole number that divides it, rising."""
    low = [one for one in range(1, isqrt(number) + 1) if number % one == 0]
    return (*low, *(number // one for one in reversed(low) if one * one != number))


AXES = {1: ("",), 2: ("down    ", "across  "), 3: ("deep    ", "down    ", "across  ")}
"""What the axes are called where their numbers differ."""


def counted(sizes: Shape, kernel: Shape, strides: Shape, dilation: Shape, after: Shape) -> str:
    """How many places a window has, with the numbers filled in, an axis a line.

    The formula of Dumoulin & Visin (2016): (size - window + zeros) / stride + 1, rounded down.
    """
    reached = reach(kernel, dilation)
    lines = [_axis(*numbers) for numbers in zip(sizes, reached, strides, after, strict=True)]
    text = lines[0] if len(set(lines)) == 1 else "\n".join(map("".join, zip(AXES[len(lines)], lines, strict=True)))
    if max(dilation) == 1:
        return text
    # the tutorial writes the reach of a dilated kernel in this way
    return f"window: {kernel[0]} + ({kernel[0]}−1)·({dilation[0]}−1) = {reached[0]}\n{text}"


def _axis(size: int, reached: int, stride: int, after: int) -> str:
    zeros = max(0, (after - 1) * stride + reached - size)
    return _rounded(f"({size}−{reached}+{zeros})/{stride}+1", (size - reached + zeros) % stride == 0, after)


def _rounded(text: str, exact: bool, after: int) -> str:
    return f"{text} = {after}" if exact else f"⌊{text}⌋ = {after}"
