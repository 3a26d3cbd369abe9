"""Images that are there more than once: within the training, in two classes, in two parts."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from cnn_tui.data.classes import short
from cnn_tui.data.dataset import Dataset, Opened
from cnn_tui.data.findings import IN_WORDS, about_rows, many, places
from cnn_tui.data.scan import Scan
from cnn_tui.spec.report import Finding, PartName

Array = np.ndarray[Any, Any]
Numbers = dict[PartName, Array]


def duplicate_problems(opened: Opened, scans: Mapping[PartName, Scan]) -> Iterator[Finding]:
    """What is there more than once; images of one value are not counted, they are named elsewhere."""
    numbers = numbered(scans)
    telling = {part: np.flatnonzero(~scan.even) for part, scan in scans.items()}
    yield from _in_two_classes(opened.train, numbers["train"], telling["train"])
    yield from _repeated(opened.train, numbers["train"], telling["train"])
    for known, part in combinations(opened.parts, 2):
        yield from _known(known, part, numbers, telling[part])


def numbered(scans: Mapping[PartName, Scan]) -> Numbers:
    """A number for every image of every part; the same for images that are equal pixel for pixel."""
    hashes = np.concatenate([scan.hashes for scan in scans.values()])
    order = np.lexsort((hashes[:, 1], hashes[:, 0]))
    ordered = hashes[order]
    is_new = (ordered[1:] != ordered[:-1]).any(axis=1)
    numbers = np.zeros(len(hashes), np.int64)
    numbers[order[1:]] = np.cumsum(is_new)
    ends = np.cumsum([len(scan.hashes) for scan in scans.values()])
    return dict(zip(scans, np.split(numbers, ends[:-1]), strict=True))


def _in_two_classes(train: Dataset, numbers: Array, rows: Array) -> Iterator[Finding]:
    """Rows whose image is there again with another label."""
    if not rows.size:
        return
    labels = _labels(train)
    least = np.full(numbers.max() + 1, labels.max() + 1)
    most = np.full(numbers.max() + 1, -1)
    np.minimum.at(least, numbers[rows], labels[rows])
    np.maximum.at(most, numbers[rows], labels[rows])
    torn = rows[(least != most)[numbers[rows]]]
    if not torn.size:
        return
    first = torn[0]
    other = torn[(numbers[torn] == numbers[first]) & (labels[torn] != labels[first])][0]
    if train.targets:
        one, another = (f"row {row + 1:,} has {_as_words(train.labels[row])}" for row in (first, other))
        sentence = f"{len(torn):,} training images are the same as others that have other numbers: {one}, {another}."
        yield about_rows("two-numbers", sentence, "Keep each with its true number.", "train", torn)
        return
    named = [f'row {row + 1:,} is "{short(train.classes[train.labels[row]])}"' for row in (first, other)]
    sentence = f"{len(torn):,} training images are in two classes, pixel for pixel the same: {named[0]} and {named[1]}."
    yield about_rows("two-classes", sentence, "Keep each in its true class.", "train", torn)


def _as_words(numbers: Array) -> str:
    return " and ".join(f"{one:,.4g}" for one in numbers)


def _labels(train: Dataset) -> Array:
    """A whole number for every label, the same for equal ones."""
    if not train.targets:
        return train.labels
    numbered: Array = np.unique(train.labels, axis=0, return_inverse=True)[1].reshape(-1)
    return numbered


def _repeated(train: Dataset, numbers: Array, rows: Array) -> Iterator[Finding]:
    """Rows whose image was there before with the same label."""
    labels = _labels(train)
    pairs = numbers[rows] * (int(labels.max()) + 1) + labels[rows]
    _, first = np.unique(pairs, return_index=True)
    repeated = np.delete(rows, first)
    if repeated.size:
        is_again = many(len(repeated), "training image repeats", "training images repeat")
        yield about_rows(
            "duplicates",
            f"{is_again} an earlier one, pixel for pixel ({places(repeated.tolist())}).",
            "Remove what is there twice by mistake: a copy that is held out for validation is no new image.",
            "train",
            repeated,
        )


def _known(known: PartName, part: PartName, numbers: Numbers, rows: Array) -> Iterator[Finding]:
    """Rows of a part whose image is in another part too."""
    shared = rows[np.isin(numbers[part][rows], numbers[known])]
    if shared.size:
        name = IN_WORDS[part]
        are = many(len(shared), f"{name} image is", f"{name} images are")
        where = f"{places(shared.tolist())} of the {name}"
        remedy = f"Remove {'it' if len(shared) == 1 else 'them'} from one side."
        sentence = f"{are} among the {IN_WORDS[known]} images too ({where})."
        yield about_rows("leak", sentence, remedy, part, shared)
