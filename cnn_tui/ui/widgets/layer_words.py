"""What a layer is in a few words: its settings, what it is for; what a whole model costs."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from cnn_tui.spec.fields import Field, fields, show
from cnn_tui.spec.layers import Layer, values
from cnn_tui.spec.shapes import (
    Row,
    first_problem,
    total_activation_values,
    total_macs,
    total_not_trained,
    total_parameters,
)
from cnn_tui.ui.numbers import memory, short, times

BYTES = 4
"""Of a number in float32."""
NOT_TOLD = {"name", "enabled"}


@lru_cache(maxsize=1024)
def settings_in_words(layer: Layer) -> str:
    """The settings that matter: `64 · 3×3 · same · relu`. Those that have Keras's usual value are left out."""
    own = [one for one in fields(type(layer)) if one.name not in NOT_TOLD]
    words = [_word(one, getattr(layer, one.name), first=one is own[0]) for one in own]
    return " · ".join(word for word in words if word)


@lru_cache(maxsize=256)
def help_of(kind: type[Layer]) -> tuple[str, ...]:
    """What is said of a kind: what it does, and what that is good for."""
    return tuple(" ".join(part.split()) for part in (kind.__doc__ or "").strip().split("\n\n"))


def totals(rows: tuple[Row, ...], batch_size: int) -> str:
    """What the whole model costs, in one line; with a problem, what it costs as far as that."""
    words = [
        "".join(_parameters(rows)),
        f"{short(total_macs(rows))} mult-adds",
        f"{memory(BYTES * batch_size * total_activation_values(rows))} activations at batch {batch_size:,}",
    ]
    return " · ".join([*words, "up to the ✗"] if first_problem(rows) else words)


def _parameters(rows: tuple[Row, ...]) -> Iterator[str]:
    yield f"{total_parameters(rows):,} parameters"
    if fixed := total_not_trained(rows):
        yield f", {fixed:,} not trained"


def fully_connected(rows: tuple[Row, ...]) -> str:
    """What the tutorial compares: the same sizes of layers, every value connected with every value before it."""
    joined = [row for row in rows if row.macs and row.input_shape]
    sizes = [(values(row.input_shape or ()), row.activation_values, row.parameters) for row in joined]
    dense, own = sum((before + 1) * after for before, after, _ in sizes), sum(held for *_, held in sizes)
    if not own or dense <= own:
        return "Fully connected, these layers would learn the same number of parameters: they are so already."
    before, after, _ = max(sizes, key=lambda one: (one[0] + 1) * one[1])
    largest = f"the largest between {before:,} and {after:,} values"
    return (
        f"Fully connected, the same layer sizes would learn {dense:,} parameters, {dense / own:,.0f} times as many: "
        f"{largest}. A convolution's few weights serve at every place."
    )


def _word(field: Field, value: Any, first: bool) -> str:
    usual = not field.required and value == field.default
    bare = field.required or (first and not field.optional and field.kind in ("sizes", "edges", "choice"))
    if value is None or (usual and not bare and not (first and field.kind == "number")):
        return ""
    text = times(value) if field.kind == "sizes" else show(value).replace("x", "×" if field.kind == "edges" else "x")
    if field.name == "layers":
        return f"{text} {'layer' if value == 1 else 'layers'}"
    if bare or field.kind == "choice":
        return text
    if field.kind == "flag":
        return field.name if value else f"no {field.name.removeprefix('use_')}"
    return f"{field.name.removesuffix('_rate')} {text}"
