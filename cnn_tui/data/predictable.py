"""Images to be predicted: their labels are not needed, but taken along where they are there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import asdict, replace

from cnn_tui.data.dataset import ARRAY, look_into, open_images, open_labelled
from cnn_tui.data.find import find_data
from cnn_tui.data.formats.content import Facts, Tell, silently
from cnn_tui.data.read import read_images, read_labels_of
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Data, Reading, Source, fits, where
from cnn_tui.spec.layers import Shape

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Predictable:
    """Images as their file holds them, what is known of them, and their labels as places in the model's classes.

    For a model that predicts numbers, the labels are the true ones, float32 [N, targets].
    """

    images: Array
    facts: Facts = ARRAY
    labels: Array | None = None
    note: str = ""
    """Why labels that are there are not used."""


def images_at(path: str) -> Source:
    """The images at a path: its own, or those that are tested if it holds several parts. Raises UserError."""
    place = where(path)
    if place.inside or not (place.path.is_dir() or place.path.suffix == ".npz"):
        return Source(images=str(Path(place.path).absolute()) + (f"::{place.inside}" if place.inside else ""))
    found = find_data([path])
    return found.test or found.train


def open_predictable(
    source: Source, reading: Reading, classes: tuple[str, ...], shape: Shape, tell: Tell = silently
) -> Predictable:
    """Images for a model that takes `shape`. Raises UserError when there are none, or the labels given are wrong.

    Labels that lie with the images, and that nobody asked for, are left out with a note when they are not the model's.
    """
    if reading.label_column not in ("auto", "none"):
        asked = open_labelled(source, reading, classes, shape, tell)
        return Predictable(asked.images, asked.facts, asked.labels)
    held, _ = read_images(source, reading, tell)
    if not fits(held.values.shape[1:], shape):
        return Predictable(*open_images(replace(source, labels=None), reading, shape, tell))
    if held.labels is None and source.labels is None:
        return Predictable(held.values, held.facts)
    try:
        labels = read_labels_of(source, reading, held, classes)
    except UserError as error:
        return Predictable(held.values, held.facts, note=f"The labels are not used: {error.sentence}")
    if len(labels.codes) != len(held.values):
        return Predictable(held.values, held.facts, note="The labels are not used: there is not one for each image.")
    return Predictable(held.values, held.facts, labels.codes)


def open_with_labels(
    path: str, labels: str, reading: Reading, classes: tuple[str, ...], shape: Shape, tell: Tell = silently
) -> Predictable:
    """Images with labels in a file of their own. Raises UserError."""
    asked = open_labelled(replace(images_at(path), labels=labels), reading, classes, shape, tell)
    return Predictable(asked.images, asked.facts, asked.labels)


def open_numbers(
    source: Source, reading: Reading, names: tuple[str, ...], shape: Shape, tell: Tell = silently
) -> Predictable:
    """Images for a model that takes `shape` and predicts these numbers, and the true ones where they lie with them.

    Raises UserError when there are no images. True numbers that cannot be used are left out with a note.
    """
    data = replace(Data(train=source, **asdict(reading)), targets="numbers")
    try:
        found = look_into(data, tell).train
        if found.why_no_labels is None and fits(found.images.shape[1:], shape):
            if found.targets == len(names):
                return Predictable(found.images, found.facts, found.labels)
            why = f"there are {found.targets:,} for each image, and the model predicts {len(names):,}."
            return Predictable(found.images, found.facts, note=f"The true numbers are not used: {why}")
        note = ""
    except UserError as error:
        note = f"The true numbers are not used: {error.sentence}"
    plain = replace(source, labels=None)
    return Predictable(*open_images(plain, replace(reading, label_column="none"), shape, tell), note=note)
