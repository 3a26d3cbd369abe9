"""What is doubtful in the pixels of a part: empty images, values out of range, columns that are no pixels."""

from collections.abc import Iterator, Mapping

import numpy as np

from cnn_tui.data.blocks import blocks
from cnn_tui.data.dataset import Dataset
from cnn_tui.data.findings import IN_WORDS, about_rows, many, places
from cnn_tui.data.formats.cells import is_number
from cnn_tui.data.scan import Array, Scan
from cnn_tui.spec.layers import by
from cnn_tui.spec.layers.windows import picture_shape
from cnn_tui.spec.report import Finding, PartName

_MOST_ODD = 0.01
"""The share of pixels outside 0 to 255 up to which the others still say that the values are meant as pixels."""
_ENOUGH = 10
"""Fewer columns may count 0, 1, 2, and fewer rows repeat their labels in a pixel, by chance."""
_FEWEST_PIXELS = 64
"""A table of fewer columns is not taken for pictures in which some pixels are always dark."""


def pixel_problems(part: PartName, dataset: Dataset, scan: Scan) -> Iterator[Finding]:
    """What is doubtful in the pixels of one part."""
    yield from _even_images(part, dataset, scan)
    yield from _odd_pixels(part, dataset, scan)
    answers = tuple(_columns_of_labels(dataset))
    for column in answers:
        sentence = f"Column {column + 1:,} of the {IN_WORDS[part]} images is the label."
        remedy = "Remove it: the model would read the answer there."
        yield Finding(kind="label-among-pixels", sentence=sentence, remedy=remedy, count=1, part=part)
    if part == "train":
        yield from _header(dataset)
        yield from _constant_columns(dataset, scan)
        if not answers and not dataset.why_no_labels:
            yield from _a_column_too_many(dataset)


def other_range(scans: Mapping[PartName, Scan]) -> Iterator[Finding]:
    """Parts whose pixels go from 0 to 1 when those of the training go further, or the other way round."""
    train = scans["train"].high
    for part, scan in scans.items():
        if min(train, scan.high) <= 1 and max(train, scan.high) > 2:
            fact = f"Training pixels go up to {train:g} but {IN_WORDS[part]} pixels up to {scan.high:g}."
            yield Finding(kind="other-range", sentence=fact, remedy="Make both in the same way.", part=part)


def _header(train: Dataset) -> Iterator[Finding]:
    first = train.images[0]
    if first.ndim == 1 and len(first) >= _ENOUGH and np.array_equal(first, np.arange(len(first))):
        counts = f"The first training image counts from 0 to {len(first) - 1:,}: these look like names of columns."
        yield about_rows("header", counts, "Say --header yes if they are.", "train", np.zeros(1, np.int64))


def _even_images(part: PartName, dataset: Dataset, scan: Scan) -> Iterator[Finding]:
    rows = np.flatnonzero(scan.even)
    if rows.size and dataset.images[0].size > 1:
        name = IN_WORDS[part]
        have = many(len(rows), f"{name} image has", f"{name} images have")
        sentence = f"{have} the same value in all pixels ({places(rows.tolist())})."
        yield about_rows("constant-images", sentence, "Remove what is empty by mistake.", part, rows)


def _odd_pixels(part: PartName, dataset: Dataset, scan: Scan) -> Iterator[Finding]:
    """Values outside 0 to 255 when nearly all others are whole numbers from 0 to 255."""
    if scan.whole and 0 < scan.outside <= _MOST_ODD * dataset.images.size:
        name, (row, column) = IN_WORDS[part], scan.first_outside
        are = many(scan.outside, f"{name} pixel is", f"{name} pixels are")
        place = f"the first in {places([row])}, {places([column], 'column')}"
        sentence = f"{are} outside 0 to 255, {place}."
        rows = np.array([row])
        yield about_rows("odd-pixels", sentence, "Correct what is wrong.", part, rows, count=scan.outside)


def _columns_of_labels(dataset: Dataset) -> Iterator[int]:
    """The first or the last column of a table, when it holds the labels."""
    images = dataset.images
    if images.ndim != 2 or len(images) < _ENOUGH or images.shape[1] < 2 or np.ptp(dataset.labels) == 0:
        return
    answers = _as_numbers(dataset)
    for column in (0, images.shape[1] - 1):
        for answer in answers.reshape(len(images), -1).T:
            if all(np.array_equal(block[:, column], answer[row : row + len(block)]) for row, block in blocks(images)):
                yield column


def _constant_columns(train: Dataset, scan: Scan) -> Iterator[Finding]:
    """Columns of a table that never change; in pictures some pixels at the edge are always dark, which is normal."""
    columns = np.flatnonzero(scan.constant)
    width = len(scan.constant)
    is_picture = train.images.ndim > 2 or (width >= _FEWEST_PIXELS and picture_shape((width,)) is not None)
    if columns.size and not is_picture and len(train) >= _ENOUGH and len(columns) < width:
        are = many(len(columns), "column has", "columns have")
        where = places(columns.tolist(), "column")
        sentence = f"{are} the same value in all training rows ({where})."
        remedy = "Leave out what tells nothing."
        yield Finding(kind="constant-columns", sentence=sentence, remedy=remedy, count=len(columns), part="train")


def _a_column_too_many(train: Dataset) -> Iterator[Finding]:
    """A table of bytes with one column more than a picture has pixels."""
    shape = train.images.shape[1:]
    if len(shape) > 1 or train.images.dtype != np.uint8 or shape[0] <= _FEWEST_PIXELS or picture_shape(shape):
        return
    if picture := picture_shape((shape[0] - 1,)):
        size = by(picture[:2] if picture[2] == 1 else picture)
        sentence = f"The training images have {shape[0]:,} columns, one more than {size} pixels."
        remedy = "Leave the column out if it is the label or the number of the row."
        yield Finding(kind="extra-column", sentence=sentence, remedy=remedy, count=1, part="train")


def _as_numbers(dataset: Dataset) -> Array:
    """The labels as they would stand in a table of numbers."""
    if dataset.targets or not all(map(is_number, dataset.classes)):
        return dataset.labels
    numbers: Array = np.array([float(name) for name in dataset.classes])[dataset.labels]
    return numbers
