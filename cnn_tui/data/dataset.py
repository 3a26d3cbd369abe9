"""The data of an experiment, opened: images, labels and classes of the training and of the test."""

from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from cnn_tui.data.cache import read_table
from cnn_tui.data.formats.lines import is_gzip
from cnn_tui.data.formats.tables import NumberTable
from cnn_tui.data.labels import Labels, read_labels
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Data, Header, Table
from cnn_tui.spec.layers import Shape, by

_DELIMITER_NAMES = {"\t": "tab-separated", ",": "comma-separated", ";": "semicolon-separated", " ": "space-separated"}


@dataclass(frozen=True)
class Dataset:
    """Images uint8 or float32 [N, ...], their labels int64 [N] as places in the classes."""

    images: np.ndarray[Any, Any]
    labels: np.ndarray[Any, Any]
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Opened:
    """The data of an experiment, and what its training images were read from."""

    train: Dataset
    test: Dataset | None
    format: str
    header: bool


def open_data(data: Data) -> Opened:
    """Reads the tables of the data. Raises UserError when one cannot be read or does not go with the others."""
    images = read_table(Path(data.train.images), data.header)
    labels = _labels_of(data.train, data.header, None, images)
    train = Dataset(images.values, labels.codes, labels.classes)
    test = _open_test(data.test, data.header, train) if data.test else None
    return Opened(train, test, _format(Path(data.train.images), images), images.header)


def read_images(path: Path, header: Header, shape: Shape) -> np.ndarray[Any, Any]:
    """The images [N, columns] of a table without labels, for a model that takes `shape`. Raises UserError."""
    return _table_for(path, header, shape).values


def open_labelled(table: Table, header: Header, classes: tuple[str, ...], shape: Shape) -> Dataset:
    """Images and labels for a model that takes `shape` and tells these classes apart. Raises UserError."""
    images = _table_for(Path(table.images), header, shape)
    labels = _labels_of(table, header, classes, images)
    return Dataset(images.values, labels.codes, labels.classes)


def _table_for(path: Path, header: Header, shape: Shape) -> NumberTable:
    """A table whose rows have as many numbers as `shape`."""
    images = read_table(path, header)
    columns, wanted = images.values.shape[1], prod(shape)
    if columns != wanted:
        size = f" ({by(shape)})" if len(shape) > 1 else ""
        remedy = f"Give a table of {wanted:,} columns."
        if columns == wanted + 1:
            remedy = "Remove the column that is no pixel, such as the label or the number of the row."
        raise UserError(f"has {columns:,} columns but the model takes {wanted:,} values{size}", Place(path), remedy)
    return images


def _open_test(table: Table, header: Header, train: Dataset) -> Dataset:
    images = read_table(Path(table.images), header)
    columns, wanted = images.values.shape[1], train.images.shape[1]
    if columns != wanted:
        problem = f"has {columns:,} columns but the training images have {wanted:,}"
        raise UserError(problem, Place(table.images), "Test on images of the same size as those of the training.")
    labels = _labels_of(table, header, train.classes, images)
    return Dataset(images.values, labels.codes, labels.classes)


def _labels_of(table: Table, header: Header, classes: tuple[str, ...] | None, images: NumberTable) -> Labels:
    """The labels of a table of images, one for each."""
    if table.labels is None:
        raise UserError("has no labels", Place(table.images), "Give the file of their labels too.")
    labels = read_labels(Path(table.labels), header, classes)
    rows = len(images.values)
    if len(labels.codes) != rows:
        problem = f"has {_many(len(labels.codes), 'label')} but {Path(table.images).name} has {_many(rows, 'row')}"
        raise UserError(problem, Place(table.labels), _way_out(len(labels.codes) - rows, labels.header, images.header))
    return labels


def _way_out(too_many: int, labels_have_header: bool, images_have_header: bool) -> str:
    """What to do about labels that are too many, or too few where the number is negative."""
    unseen_header = (too_many == 1 and not labels_have_header) or (too_many == -1 and not images_have_header)
    if unseen_header:
        return "Say --header yes if the first line of both is a name."
    return "Give each row one label, in the same order."


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _format(path: Path, table: NumberTable) -> str:
    return f"{_DELIMITER_NAMES[table.delimiter]} table{', gzipped' if is_gzip(path) else ''}"
