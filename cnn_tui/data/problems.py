"""What is doubtful in data that can be read: a sentence each, with how much, where first, and what to do."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from cnn_tui.data.classes import shortened
from cnn_tui.data.dataset import Dataset, Opened
from cnn_tui.data.formats.cells import is_number
from cnn_tui.spec.report import Finding

Array = np.ndarray[Any, Any]
_BLOCK = 2**20
_MOST_ODD = 0.01
"""The share of pixels outside 0 to 255 up to which the others still say that the values are meant as pixels."""
_ENOUGH = 10
"""Fewer columns may count 0, 1, 2, and fewer rows repeat their labels in a pixel, by chance."""


def find_problems(opened: Opened) -> tuple[Finding, ...]:
    """What a person should know before training on the data."""
    train, test = opened.train, opened.test
    found = [*_header_problem(train), *_label_problems(train), *_image_problems("training", train)]
    if test:
        found += [*_image_problems("test", test), *_missing_classes(test), *_other_range(train, test)]
        found += _known_images(train, test)
    notes = [note for dataset in opened.parts.values() for note in dataset.facts.notes]
    return (*notes, *(Finding(kind="doubt", sentence=sentence) for sentence in found))


def _header_problem(train: Dataset) -> Iterator[str]:
    first = train.images[0]
    if first.ndim == 1 and len(first) >= _ENOUGH and np.array_equal(first, np.arange(len(first))):
        yield (
            f"The first training image counts from 0 to {len(first) - 1:,}: these look like names of columns. "
            "Say --header yes if they are."
        )


def _label_problems(train: Dataset) -> Iterator[str]:
    counts = _counts(train)
    held = [name for name in train.classes if counts[name]]
    rare = [name for name in train.classes if counts[name] < 2]
    if len(held) == 1:
        yield f'All training images are of the class "{held[0]}", so there is nothing to tell apart. Add other classes.'
    elif len(held) == len(train.labels):
        yield "No two training labels are equal: they look like row numbers. Check the file of labels."
    elif rare:
        classes = "1 class has" if len(rare) == 1 else f"{len(rare):,} classes have"
        yield f"{classes} fewer than 2 training images: {shortened(rare)}. Add images, or leave the class out."
    seen: dict[str, str] = {}
    for name in held:
        if (other := seen.setdefault(name.casefold(), name)) != name:
            yield f'The classes "{other}" and "{name}" differ in capitals only. Write them alike if they are one.'


def _image_problems(part: str, dataset: Dataset) -> Iterator[str]:
    images = dataset.images.reshape(len(dataset.images), -1)
    yield from _even_images(part, images)
    yield from _odd_pixels(part, images)
    yield from _labels_among_pixels(part, images, dataset)


def _even_images(part: str, images: Array) -> Iterator[str]:
    even = np.concatenate([block.min(axis=1) == block.max(axis=1) for _, block in _blocks(images)])
    rows = np.flatnonzero(even).tolist()
    if rows and images.shape[1] > 1:
        have = f"1 {part} image has" if len(rows) == 1 else f"{len(rows):,} {part} images have"
        yield f"{have} the same value in all pixels ({_places(rows)}). Remove what is empty by mistake."


def _odd_pixels(part: str, images: Array) -> Iterator[str]:
    """Values outside 0 to 255 when nearly all others are whole numbers from 0 to 255."""
    if images.dtype == np.uint8:
        return
    odd = whole = 0
    first = (0, 0)
    for start, block in _blocks(images):
        outside = (block < 0) | (block > 255)
        if not odd and outside.any():
            row, column = np.argwhere(outside)[0].tolist()
            first = (start + row + 1, column + 1)
        odd += int(outside.sum())
        whole += int((~outside & (block == np.floor(block))).sum())
    if 0 < odd <= _MOST_ODD * images.size and odd + whole == images.size:
        are = f"1 {part} pixel is" if odd == 1 else f"{odd:,} {part} pixels are"
        place = f"row {first[0]:,}, column {first[1]:,}"
        yield f"{are} outside 0 to 255, the first in {place}. Correct what is wrong."


def _labels_among_pixels(part: str, images: Array, dataset: Dataset) -> Iterator[str]:
    answers = _as_numbers(dataset)
    if len(images) < _ENOUGH or images.shape[1] < 2 or np.ptp(answers) == 0:
        return
    for column in (0, images.shape[1] - 1):
        if np.array_equal(images[:, column], answers):
            name = f"Column {column + 1:,} of the {part} images"
            yield f"{name} is the label. Remove it: the model would read the answer there."


def _missing_classes(test: Dataset) -> Iterator[str]:
    counts = _counts(test)
    missing = [name for name in test.classes if not counts[name]]
    if missing:
        classes = "1 class has" if len(missing) == 1 else f"{len(missing):,} classes have"
        yield f"{classes} no test image: {shortened(missing)}. Add some: a class without any is not tested."


def _other_range(train: Dataset, test: Dataset) -> Iterator[str]:
    highest = float(train.images.max()), float(test.images.max())
    if min(highest) <= 1 and max(highest) > 2:
        fact = f"Training pixels go up to {highest[0]:g} but test pixels up to {highest[1]:g}"
        yield f"{fact}. Make both in the same way."


def _known_images(train: Dataset, test: Dataset) -> Iterator[str]:
    """Test images that are among the training images, pixel for pixel."""
    if train.images.shape[1:] != test.images.shape[1:]:
        return
    dtype = np.result_type(train.images, test.images)
    places: dict[bytes, list[int]] = {}
    for start, block in _blocks(test.images):
        for row, image in enumerate(block.astype(dtype, copy=False), start):
            places.setdefault(image.tobytes(), []).append(row)
    known: set[int] = set()
    for _, block in _blocks(train.images):
        for image in block.astype(dtype, copy=False):
            known.update(places.get(image.tobytes(), ()))
    if known:
        are, them = ("1 test image is", "it") if len(known) == 1 else (f"{len(known):,} test images are", "them")
        where = f"{_places(sorted(known))} of the test"
        yield f"{are} among the training images too ({where}). Remove {them} from one side."


def _counts(dataset: Dataset) -> dict[str, int]:
    counts = np.bincount(dataset.labels, minlength=len(dataset.classes))
    return dict(zip(dataset.classes, counts.tolist(), strict=True))


def _as_numbers(dataset: Dataset) -> Array:
    """The labels as they would stand in a table of numbers."""
    if not all(map(is_number, dataset.classes)):
        return dataset.labels
    numbers: Array = np.array([float(name) for name in dataset.classes])[dataset.labels]
    return numbers


def _places(rows: Sequence[int]) -> str:
    """The first of some rows (from 0), as people count them: `row 5`, `first in rows 5, 9 and 12`."""
    named = [f"{row + 1:,}" for row in rows[:3]]
    if len(named) == 1:
        return f"row {named[0]}"
    words = f"rows {', '.join(named[:-1])} and {named[-1]}"
    return words if len(rows) <= 3 else f"first in {words}"


def _blocks(images: Array) -> Iterator[tuple[int, Array]]:
    """The images a part at a time, with the row at which each part begins."""
    rows_at_once = max(1, _BLOCK // max(1, images[0].size))
    for start in range(0, len(images), rows_at_once):
        yield start, images[start : start + rows_at_once]
