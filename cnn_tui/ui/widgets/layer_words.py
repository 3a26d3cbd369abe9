"""What a layer is in a few words: its settings, the shapes that flow, the arithmetic of its window."""

from typing import Any

from cnn_tui.spec.fields import Field, fields, show
from cnn_tui.spec.layers import Layer, Shape, values
from cnn_tui.spec.layers.windows import places, reach
from cnn_tui.spec.shapes import Row, first_problem, total_activation_values, total_macs, total_parameters
from cnn_tui.ui.numbers import memory, short, times

BYTES = 4
"""Of a number in float32."""
FLAT = "─"
"""Between shapes of which one is flat."""
IMAGES = "═"
"""Between two images."""


def settings_in_words(layer: Layer) -> str:
    """The settings that matter: `64 · 3×3 · same · relu`. Those that have Keras's usual value are left out."""
    own = [one for one in fields(type(layer)) if one.name != "name"]
    words = [_word(one, getattr(layer, one.name), first=one is own[0]) for one in own]
    return " · ".join(word for word in words if word)


def totals(rows: tuple[Row, ...]) -> str:
    """What the whole model costs, in one line; with a problem, what it costs as far as that."""
    words = [
        f"{total_parameters(rows):,} parameters",
        f"{short(total_macs(rows))} mult-adds",
        f"{memory(BYTES * total_activation_values(rows))} activations",
    ]
    return " · ".join([*words, "up to the ✗"] if first_problem(rows) else words)


def fully_connected(rows: tuple[Row, ...]) -> str:
    """What the tutorial compares: the same sizes of layers, every value connected with every value before it."""
    sizes = [(values(row.input_shape), row.activation_values) for row in rows if row.input_shape and row.parameters]
    dense = sum((before + 1) * after for before, after in sizes)
    own = total_parameters(rows)
    if not own or dense == own:
        return "Fully connected, these layers would learn the same number of parameters: they are so already."
    return f"Fully connected, the same layer sizes would learn {dense:,} parameters, {dense / own:,.0f} times as many."


def flow(input_shape: Shape, rows: tuple[Row, ...]) -> str:
    """The shapes from the input to the answer, each change once: `784 ─ 28×28×1 ═ 28×28×64 ─ 10`."""
    text, shape = times(input_shape), input_shape
    for row in rows:
        if row.output_shape is None:
            return f"{text} {FLAT} ✗"
        if row.output_shape != shape:
            between = IMAGES if len(shape) == len(row.output_shape) == 3 else FLAT
            text = f"{text} {between} {times(row.output_shape)}"
            shape = row.output_shape
    return text


def formula(row: Row) -> str:
    """How the size of a window layer's output is counted, with its numbers, an axis a line; empty for other layers.

    The formula of Dumoulin & Visin (2016): (size - reach + zeros) / stride + 1, rounded down.
    """
    window = getattr(row.layer, "kernel_size", None) or getattr(row.layer, "pool_size", None)
    if window is None or row.input_shape is None or row.output_shape is None or len(row.input_shape) != 3:
        return ""
    dilation: tuple[int, int] = getattr(row.layer, "dilation_rate", (1, 1))
    strides: tuple[int, int] = getattr(row.layer, "strides", None) or window
    reached = reach(window, dilation)
    sizes = row.input_shape[:2]
    if places(sizes, reached, strides, getattr(row.layer, "padding", "valid")) != row.output_shape[:2]:
        return ""
    lines = [_axis(*numbers) for numbers in zip(sizes, reached, strides, row.output_shape[:2], strict=True)]
    legend = "(size−window+zeros)/stride+1"
    if max(dilation) > 1:
        legend = f"{legend}\nwindow: {_reach_in_words(window[0], dilation[0])}"
    if lines[0] == lines[1]:
        return f"{legend}\n{lines[0]}"
    return f"{legend}\ndown    {lines[0]}\nacross  {lines[1]}"


def _word(field: Field, value: Any, first: bool) -> str:
    if not (first or field.required) and value == field.default:
        return ""
    text = times(value) if isinstance(value, tuple) else show(value)
    if first or field.required or field.kind == "choice":
        return text
    if field.kind == "flag":
        return field.name if value else f"no {field.name.removeprefix('use_')}"
    return f"{field.name.removesuffix('_rate')} {text}"


def _axis(size: int, reached: int, stride: int, after: int) -> str:
    zeros = max(0, (after - 1) * stride + reached - size)
    counted = f"({size}−{reached}+{zeros})/{stride}+1"
    exact = (size - reached + zeros) % stride == 0
    return f"{counted} = {after}" if exact else f"⌊{counted}⌋ = {after}"


def _reach_in_words(kernel: int, dilation: int) -> str:
    """The tutorial writes the reach of a dilated kernel in this way."""
    return f"{kernel} + ({kernel}−1)·({dilation}−1) = {reach((kernel, kernel), (dilation, dilation))[0]}"
