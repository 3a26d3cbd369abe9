"""How labels that are numbers lie: between what, around what, and which images are in a step of them."""

from typing import Any

import numpy as np

from cnn_tui.data.dataset import Dataset, Opened
from cnn_tui.spec.report import Spread, Target

Array = np.ndarray[Any, Any]
STEPS = 10
MOST_VALUES = 10
"""Up to so many different whole numbers each is a step of its own."""


def targets_of(opened: Opened) -> tuple[Target, ...]:
    """What the labels hold, with edges that all parts share; empty where they are classes."""
    parts = [part for part in opened.parts.values() if part.targets]
    if not opened.train.targets:
        return ()
    names = opened.train.classes
    return tuple(
        Target(name, _edges(np.concatenate([part.labels[:, place] for part in parts])))
        for place, name in enumerate(names)
    )


def spreads_of(dataset: Dataset, targets: tuple[Target, ...]) -> tuple[Spread, ...]:
    """How each number of the labels lies in one part."""
    return tuple(_spread(dataset.labels[:, place], target) for place, target in enumerate(targets))


def steps_of(values: Array, target: Target) -> Array:
    """The step of each value, from 0: its lower edge belongs to a step, and to the last one the upper edge too."""
    inner = np.asarray(target.edges[1:-1])
    steps: Array = np.searchsorted(inner, values.astype(np.float64), side="right")
    return steps


def _edges(values: Array) -> tuple[float, ...]:
    low, high = float(values.min()), float(values.max())
    if low == high:
        return low, high
    steps = STEPS
    if (values == np.rint(values)).all() and high - low < MOST_VALUES:
        low, high, steps = low - 0.5, high + 0.5, int(high - low) + 1
    return tuple(np.linspace(low, high, steps + 1).tolist())


def _spread(values: Array, target: Target) -> Spread:
    counts = np.bincount(steps_of(values, target), minlength=len(target.edges) - 1)
    exact = values.astype(np.float64)
    return Spread(
        float(exact.min()), float(exact.max()), float(exact.mean()), float(exact.std()), tuple(counts.tolist())
    )
