"""What a model loses on its way to another program, said before it is written."""

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from cnn_tui.spec.fields import fields
from cnn_tui.spec.layers import (
    GroupNormalization,
    Layer,
    LocallyConnected1D,
    LocallyConnected2D,
    Softmax,
    ThresholdedReLU,
)
from cnn_tui.spec.layers.constraints import RadialConstraint
from cnn_tui.spec.model import Model, label
from cnn_tui.spec.named import Named, snake

Target = Literal["keras", "galaxy"]
"""Keras 3; Galaxy's deep-learning tools, which are Keras 2.10."""


class Program(Struct, frozen=True):
    """What a program does not know, and which version's words it means."""

    name: str
    keras: Literal[2, 3]
    unknown: tuple[type[Struct], ...]
    activations: frozenset[str] = frozenset()


PROGRAMS: dict[Target, Program] = {
    "keras": Program("Keras 3", 3, (LocallyConnected1D, LocallyConnected2D, ThresholdedReLU, RadialConstraint)),
    "galaxy": Program("Galaxy's Keras 2.10", 2, (GroupNormalization,), frozenset({"mish", "hard_silu"})),
}
FOR: dict[str, Target] = {"keras": "keras", "weights-h5": "keras", "h5": "galaxy"}
"""Formats of `engine.export` that are for a program which does not know everything."""
HARD_SIGMOID = {2: "0.2·x + 0.5", 3: "x/6 + 0.5"}
"""The middle part of what each version means by it."""


def lost(model: Model, target: Target) -> tuple[str, ...]:
    """What this program will not read, or reads otherwise: a sentence each; empty: nothing."""
    program = PROGRAMS[target]
    return tuple(_lost(model, program))


def _lost(model: Model, program: Program) -> Iterator[str]:
    told = [(label(index, layer), layer) for index, layer in enumerate(model.layers) if layer.enabled]
    for place, layer in told:
        yield from (f"{place}: {program.name} does not know {what}." for what in _unknown(layer, program))
        if getattr(layer, "activation", "") == "hard_sigmoid" and model.keras != program.keras:
            ours, theirs = HARD_SIGMOID[model.keras], HARD_SIGMOID[program.keras]
            yield f"{place}: {program.name} computes hard_sigmoid as {theirs}, and this model means {ours}."
    if len(told) < len(model.layers):
        yield f"Layers that are off are left out: {len(model.layers) - len(told)}."
    if program is PROGRAMS["galaxy"] and told and isinstance(told[-1][1], Softmax):
        yield (
            f'{told[-1][0]}: Galaxy takes a class from an activation "softmax" of the last layer; '
            "after a layer Softmax it answers 0 or 1 for each class."
        )


def _unknown(layer: Layer, program: Program) -> Iterator[str]:
    if isinstance(layer, program.unknown):
        yield "this layer"
    settings: list[Any] = [getattr(layer, one.name) for one in fields(type(layer))]
    yield from (
        snake(type(one).__name__) for one in settings if isinstance(one, Named) and isinstance(one, program.unknown)
    )
    activation = getattr(layer, "activation", "")
    if activation in program.activations:
        yield f"the activation {activation}"
