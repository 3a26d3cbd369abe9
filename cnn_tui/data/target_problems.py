"""What is doubtful in labels that are numbers: all the same, rather classes, or far from those of the training."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnn_tui.data.classes import short
from cnn_tui.data.dataset import Dataset
from cnn_tui.data.findings import IN_WORDS, about_rows, many
from cnn_tui.spec.report import Finding, PartName

Array = np.ndarray[Any, Any]
MOST_CLASSES = 20
"""Up to so many different whole numbers may be classes."""
_EACH_OFTEN = 5
_MARGIN = 0.1
"""The share of the range of the training by which a number may lie beyond it."""
_FAR = 1_000
"""Beyond it a loss is huge and a usual learning rate far too small or too large."""


def target_problems(train: Dataset) -> Iterator[Finding]:
    """What is doubtful in the numbers of the training."""
    if len(train) < 2:
        sentence = "There is only 1 training image, so none can be held out for validation."
        yield about_rows("few-rows", sentence, "Add images.", "train", np.arange(1))
        return
    for place, name in enumerate(train.classes):
        yield from _of_one(short(name), train.labels[:, place])
    yield from _classes(train.labels)


def out_of_range(part: PartName, dataset: Dataset, train: Dataset) -> Iterator[Finding]:
    """Numbers far beyond all that the model learns from."""
    low, high = train.labels.min(axis=0), train.labels.max(axis=0)
    room = _MARGIN * (high - low)
    beyond = (dataset.labels < low - room) | (dataset.labels > high + room)
    for place, name in enumerate(train.classes):
        rows = np.flatnonzero(beyond[:, place])
        if rows.size:
            are = many(len(rows), f"{IN_WORDS[part]} image has", f"{IN_WORDS[part]} images have")
            sentence = f'{are} a "{short(name)}" far beyond the training, {low[place]:,.4g} to {high[place]:,.4g}.'
            remedy = "A model tells such numbers badly: train on some of them too."
            yield about_rows("beyond-training", sentence, remedy, part, rows)


def _of_one(name: str, values: Array) -> Iterator[Finding]:
    if values.min() == values.max():
        sentence = f'All training images have the same "{name}", {values[0]:,.4g}, so there is nothing to learn.'
        yield Finding(kind="one-number", sentence=sentence, remedy="Check the file of labels.", count=1, part="train")
        return
    most = float(abs(values).max())
    if most > _FAR:
        sentence = f'"{name}" goes up to {most:,.4g}, and numbers are not scaled: the loss will be huge.'
        remedy = "Divide it in the file so that it is about 1; predictions are divided alike."
        yield Finding(kind="large-numbers", sentence=sentence, remedy=remedy, count=1, part="train")


def _classes(labels: Array) -> Iterator[Finding]:
    """A few whole numbers, each of them often, may be classes; and so may a 1 among zeros."""
    if labels.shape[1] > 1:
        ones = labels == 1
        if (ones.sum(axis=1) == 1).all() and (ones == labels).all():
            sentence = "The labels are one-hot, a 1 among zeros: they are classes, but numbers are read."
            yield Finding(kind="classes", sentence=sentence, remedy="Say --targets classes.", count=1, part="train")
        return
    values = np.unique(labels)
    if len(values) <= MOST_CLASSES and (values == np.rint(values)).all() and len(labels) >= _EACH_OFTEN * len(values):
        sentence = f"The numbers are only {len(values):,} different whole ones: they may be classes."
        remedy = "Say --targets classes if they are."
        yield Finding(kind="classes", sentence=sentence, remedy=remedy, count=len(values), part="train")
