"""The data of an experiment, opened: images, labels and classes of the training, the validation and the test."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from msgspec.structs import replace

from cnn_tui.data.cache import Held
from cnn_tui.data.classes import Labels
from cnn_tui.data.formats.content import Facts, Tell, silently
from cnn_tui.data.read import no_labels, read_images, read_labels_of
from cnn_tui.data.targets import NoNumbers, read_targets, without_targets
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Data, Format, Reading, Source, fits, where
from cnn_tui.spec.layers import Shape, by
from cnn_tui.spec.report import PartName

Array = np.ndarray[Any, Any]
ARRAY = Facts(format="array")
NO_LABEL = "no label"
_ONE_LABEL = "Give each row one label, in the same order."


@dataclass(frozen=True)
class Dataset:
    """Images uint8 or float32 [N, ...], and their labels: int64 [N], places in the classes.

    Labels that are numbers are float32 [N, targets], and `classes` names the targets.
    """

    images: Array
    labels: Array
    classes: tuple[str, ...]
    facts: Facts = ARRAY
    why_no_labels: UserError | None = None
    """Why there are none; all labels are then 0, and the only class is `NO_LABEL`."""

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def targets(self) -> int:
        """How many numbers a label holds; 0: it is one of the classes."""
        return self.labels.shape[1] if self.labels.ndim == 2 else 0


@dataclass(frozen=True)
class Opened:
    """The data of an experiment, all parts with the same classes."""

    train: Dataset
    validate: Dataset | None = None
    test: Dataset | None = None
    kind: Format = "table"

    @property
    def parts(self) -> dict[PartName, Dataset]:
        """What there is of training, validation and test."""
        parts: dict[PartName, Dataset | None] = {"train": self.train, "validate": self.validate, "test": self.test}
        return {part: dataset for part, dataset in parts.items() if dataset}


def open_data(data: Data, tell: Tell = silently) -> Opened:
    """Reads the files of the data. Raises UserError when one cannot be read or does not go with the others."""
    opened = look_into(data, tell)
    for dataset in opened.parts.values():
        if dataset.why_no_labels:
            raise dataset.why_no_labels
    return opened


def _look_into_numbers(data: Data, tell: Tell) -> Opened:
    """As `look_into`, with labels that are numbers."""
    shares = _Shares(tell, len(data.sources))
    parts: dict[str, Dataset] = {}
    kinds = []
    for part, source in data.sources.items():
        parts[part], kind = _with_numbers(source, data.reading, shares.next())
        kinds.append(kind)
        _refuse_other_shape(parts[part].images.shape[1:], parts["train"].images.shape[1:], source)
        _refuse_other_targets(parts[part], parts["train"], source)
    return Opened(parts["train"], parts.get("validate"), parts.get("test"), kinds[0])


def _with_numbers(source: Source, reading: Reading, tell: Tell) -> tuple[Dataset, Format]:
    """Images with their numbers, and what holds them; without, if they have none."""
    try:
        held, kind = read_images(source, without_targets(source, reading), tell)
        return _labelled(held, read_targets(source, reading), source), kind
    except NoNumbers as why:
        held, kind = read_images(source, replace(reading, label_column="none"), tell)
        return Dataset(held.values, np.zeros(len(held.values), np.int64), (NO_LABEL,), held.facts, why), kind


def _refuse_other_targets(dataset: "Dataset", training: "Dataset", source: Source) -> None:
    if dataset.targets != training.targets and not (dataset.why_no_labels or training.why_no_labels):
        problem = f"has {_many(dataset.targets, 'number')} a label but the training has {training.targets:,}"
        raise UserError(problem, Place(source.labels or source.images), "Give the same columns for all parts.")


def look_into(data: Data, tell: Tell = silently) -> Opened:
    """As `open_data`; images without labels can be looked at too."""
    if data.has_numbers:
        return _look_into_numbers(data, tell)
    reading, sources = data.reading, data.sources
    shares = _Shares(tell, len(sources))
    held, kind = read_images(data.train, reading, shares.next())
    train = _dataset(held, data.train, reading, None)
    others = {}
    for part, source in list(sources.items())[1:]:
        held, _ = read_images(source, reading, shares.next())
        _refuse_other_shape(held.values.shape[1:], train.images.shape[1:], source)
        others[part] = _dataset(held, source, reading, train.classes)
    return Opened(train, others.get("validate"), others.get("test"), kind)


def open_images(source: Source, reading: Reading, shape: Shape, tell: Tell = silently) -> tuple[Array, Facts]:
    """Images without labels for a model that takes `shape`, and what is known of them. Raises UserError."""
    held = _held_for(
        source,
        replace(reading, label_column="none" if reading.label_column == "auto" else reading.label_column),
        shape,
        tell,
    )
    return held.values, held.facts


def open_labelled(
    source: Source, reading: Reading, classes: Sequence[str], shape: Shape, tell: Tell = silently
) -> Dataset:
    """Images and labels for a model that takes `shape` and tells these classes apart. Raises UserError."""
    held = _held_for(source, reading, shape, tell)
    return _labelled(held, read_labels_of(source, reading, held, classes), source)


class _Shares:
    """Several readings told as one: each has an equal share."""

    def __init__(self, tell: Tell, count: int) -> None:
        self._tell, self._count, self._done = tell, count, -1

    def next(self) -> Tell:
        """What the next reading tells."""
        self._done += 1
        done = self._done
        return lambda share: self._tell((done + share) / self._count)


def _held_for(source: Source, reading: Reading, shape: Shape, tell: Tell) -> Held:
    """Images that a model can take."""
    held, _ = read_images(source, reading, tell)
    found, wanted = held.values.shape[1:], prod(shape)
    if fits(found, shape):
        return held
    size = f" ({by(shape)})" if len(shape) > 1 else ""
    if len(found) > 1:
        problem = f"holds images of {by(found)} but the model takes {by(shape)}"
        raise UserError(problem, Place(source.images), f"Give images of {by(shape)}.")
    remedy = f"Give a table of {wanted:,} columns."
    if found[0] == wanted + 1:
        remedy = "Remove the column that is no pixel, such as the label or the number of the row."
    raise UserError(
        f"has {found[0]:,} columns but the model takes {wanted:,} values{size}", Place(source.images), remedy
    )


def _refuse_other_shape(shape: Shape, training: Shape, source: Source) -> None:
    if shape == training:
        return
    problem = f"holds images of {by(shape)} but the training images are {by(training)}"
    if len(shape) == len(training) == 1:
        problem = f"has {shape[0]:,} columns but the training images have {training[0]:,}"
    raise UserError(problem, Place(source.images), "Test on images of the same size as those of the training.")


def _dataset(images: Held, source: Source, reading: Reading, classes: Sequence[str] | None) -> Dataset:
    if source.labels is None and images.labels is None:
        why = no_labels(source, images)
        return Dataset(images.values, np.zeros(len(images.values), np.int64), (NO_LABEL,), images.facts, why)
    return _labelled(images, read_labels_of(source, reading, images, classes), source)


def _labelled(images: Held, labels: Labels, source: Source) -> Dataset:
    """Images and labels, one for each."""
    rows, count = len(images.values), len(labels.codes)
    if count != rows:
        name = where(source.images).path.name
        problem = f"has {_many(count, 'label')} but {name} has {_many(rows, 'row')}"
        place = where(source.labels or source.images)
        both_are_tables = labels.first_line > 0 and images.values.ndim == 2
        unseen = labels.first_line == 1 if count > rows else not images.facts.header
        names = both_are_tables and abs(count - rows) == 1 and unseen
        remedy = "Say --header yes if the first line of both is a name." if names else _ONE_LABEL
        raise UserError(problem, Place(place.path, inside=place.inside), remedy)
    facts = images.facts if source.labels is None else replace(images.facts, notes=(*images.facts.notes, *labels.notes))
    return Dataset(images.values, labels.codes, labels.classes, facts)


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
