"""What is doubtful in the classes: too few, too many, too rare, or one class under two names."""

from collections.abc import Callable, Iterator
from typing import Any
from unicodedata import normalize

import numpy as np

from cnn_tui.data.classes import short, shortened
from cnn_tui.data.dataset import Dataset
from cnn_tui.data.findings import IN_WORDS, about_rows, many
from cnn_tui.data.formats.cells import MISSING, is_number
from cnn_tui.spec.report import Finding, PartName

Array = np.ndarray[Any, Any]
_FEWEST = 2
_MOST_UNEVEN = 100
_MANY = 10_000
_ALIKE: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("differ in capitals only", str.casefold),
    ("differ in blanks only", lambda name: "".join(name.split())),
    ("are the same number", lambda name: float(name) if is_number(name) else name),
    ("look alike", lambda name: normalize("NFKC", name)),
)


def counts_of(dataset: Dataset) -> Array:
    """How many images each class has, int64 [classes]."""
    return np.bincount(dataset.labels, minlength=len(dataset.classes))


def class_problems(train: Dataset) -> Iterator[Finding]:
    """What is doubtful in the classes of the training."""
    counts = counts_of(train)
    held = np.flatnonzero(counts).tolist()
    if len(train) < _FEWEST:
        sentence = "There is only 1 training image, so none can be held out for validation."
        yield about_rows("few-rows", sentence, "Add images.", "train", np.arange(1))
    elif len(held) == 1:
        name = short(train.classes[held[0]])
        sentence = f'All training images are of the class "{name}", so there is nothing to tell apart.'
        yield Finding(kind="one-class", sentence=sentence, remedy="Add other classes.", count=1, part="train")
    elif len(held) == len(train):
        sentence = "No two training labels are equal: they look like row numbers."
        remedy = "Check the file of labels."
        yield Finding(kind="labels-like-numbers", sentence=sentence, remedy=remedy, count=len(held), part="train")
    else:
        yield from _rare(train, counts)
        yield from _uneven(train, counts)
        yield from _very_many(len(held))
    names = [train.classes[code] for code in held]
    yield from _alike(names)
    yield from _missing_words(train, held)


def missing_classes(part: PartName, dataset: Dataset) -> Iterator[Finding]:
    """Classes without an image in the validation or the test."""
    missing = [train for train, count in zip(dataset.classes, counts_of(dataset).tolist(), strict=True) if not count]
    if missing:
        sentence = f"{_classes_have(len(missing))} no {IN_WORDS[part]} image: {shortened(missing)}."
        remedy = f"Add some: a class without any is not {'watched' if part == 'validate' else 'tested'}."
        yield Finding(kind="missing-classes", sentence=sentence, remedy=remedy, count=len(missing), part=part)


def _rare(train: Dataset, counts: Array) -> Iterator[Finding]:
    rare = np.flatnonzero(counts < _FEWEST)
    if rare.size:
        names = shortened([train.classes[code] for code in rare.tolist()])
        sentence = f"{_classes_have(len(rare))} fewer than {_FEWEST} training images: {names}."
        rows = np.flatnonzero((counts < _FEWEST)[train.labels])
        yield about_rows(
            "rare-classes", sentence, "Add images, or leave the class out.", "train", rows, count=len(rare)
        )


def _uneven(train: Dataset, counts: Array) -> Iterator[Finding]:
    """The largest and the smallest class, when the difference is extreme; those too rare are named already."""
    most = int(counts.argmax())
    least = int(np.where(counts < _FEWEST, counts.max() + 1, counts).argmin())
    if counts[most] > _MOST_UNEVEN * counts[least]:
        times = int(counts[most] / counts[least])
        sentence = (
            f'The class "{short(train.classes[most])}" has {counts[most]:,} training images '
            f'but "{short(train.classes[least])}" '
            f"only {counts[least]:,}, {times:,} times fewer."
        )
        rows = np.flatnonzero(train.labels == least)
        remedy = "Add images of rare classes, or let them count more: balanced class weights."
        small = int(((counts >= _FEWEST) & (counts * _MOST_UNEVEN < counts[most])).sum())
        yield about_rows("imbalance", sentence, remedy, "train", rows, count=small)


def _very_many(count: int) -> Iterator[Finding]:
    if count >= _MANY:
        sentence = f"There are {count:,} classes, and the last layer needs a unit for each."
        remedy = "Check that the labels are classes."
        yield Finding(kind="many-classes", sentence=sentence, remedy=remedy, count=count, part="train")


def _alike(names: list[str]) -> Iterator[Finding]:
    """Names that may be one class."""
    for fact, key in _ALIKE:
        seen: dict[object, str] = {}
        pairs = [(other, name) for name in names if (other := seen.setdefault(key(name), name)) != name]
        if pairs:
            one, other = pairs[0]
            more = f", and {len(pairs) - 1:,} more such" if len(pairs) > 1 else ""
            sentence = f'The classes "{short(one)}" and "{short(other)}" {fact}{more}.'
            remedy = "Write them alike if they are one."
            yield Finding(kind="alike-classes", sentence=sentence, remedy=remedy, count=len(pairs), part="train")


def _missing_words(train: Dataset, held: list[int]) -> Iterator[Finding]:
    """Classes whose name often means that there is none."""
    for code in held:
        if (name := train.classes[code]).lower() in MISSING | {""}:
            rows = np.flatnonzero(train.labels == code)
            are = many(len(rows), "training label is", "training labels are")
            word = f'"{name}"' if name else "empty"
            sentence = f"{are} {word}, which is taken as a class like any other."
            yield about_rows("missing-word", sentence, "Remove the rows if it means no label.", "train", rows)


def _classes_have(count: int) -> str:
    return many(count, "class has", "classes have")
