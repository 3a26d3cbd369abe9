"""What is trained on, what watches the training and what it is tested on: rows of the opened data."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from cnn_tui.data.dataset import Dataset, Opened
from cnn_tui.data.exclude import Excluded, excluded_rows
from cnn_tui.data.labels import read_labels
from cnn_tui.data.splits import Rows, first_of_each_class, folds, hold_out
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Data, where
from cnn_tui.spec.data_checks import data_problems


@dataclass(frozen=True)
class Part:
    """Some rows (int64, ascending, at least one) of a dataset."""

    dataset: Dataset
    rows: Rows

    @property
    def labels(self) -> Rows:
        """The label of each row."""
        return self.dataset.labels[self.rows]


class Tested(NamedTuple):
    """What a model is tested on, and what that is."""

    dataset: Dataset
    rows: Rows
    part: Literal["test", "validation"]


@dataclass(frozen=True)
class Parts:
    """The parts of the data of an experiment; no row is in two of them."""

    training: Part
    validation: Part | None
    test: Part | None
    left_out: str = ""
    """What was left out of them because it is marked, in words."""

    @property
    def tested(self) -> Tested | None:
        """The test; where there is none, the validation."""
        if self.test:
            return Tested(self.test.dataset, self.test.rows, "test")
        if self.validation:
            return Tested(self.validation.dataset, self.validation.rows, "validation")
        return None


def split(opened: Opened, data: Data, seed: int) -> Parts:
    """The parts that the data asks for; a function of the seed.

    Images given for the validation or the test are that part as a whole. Of the training images, the first of each
    class if so many are asked for, the test is held out first, and the validation from the rest. Images that are
    marked are left out in the end, so that all others stay in the part where they are without the marks.
    Raises UserError when the settings contradict each other or a part would be empty.
    """
    train = opened.train
    for problem in data_problems(data, train.classes, train.targets):
        raise problem.error
    groups = _groups(data, train) if data.groups else None
    rows = np.arange(len(train))
    if data.first_per_class:
        rows = first_of_each_class(train.labels, data.first_per_class)
    test, validation = _whole(opened.test), _whole(opened.validate)
    if not test:
        rows, held = _held_out(train, rows, groups, data, seed, "test_share")
        test = Part(train, held) if len(held) else None
    if not validation:
        rows, held = _held_out(train, rows, groups, data, seed, "folds" if data.folds else "validation")
        validation = Part(train, held) if len(held) else None
    return _without(Parts(Part(train, rows), validation, test), opened, excluded_rows(opened, data))


def _held_out(
    train: Dataset,
    rows: Rows,
    groups: Rows | None,
    data: Data,
    seed: int,
    by: Literal["test_share", "validation", "folds"],
) -> tuple[Rows, Rows]:
    """These rows of the training images in two: those that stay, and those held out."""
    labels, groups = train.labels[rows], None if groups is None else groups[rows]
    if by == "folds":
        assert data.folds
        stay, held = list(folds(labels, data.folds, data.split, seed, groups))[data.fold - 1]
    else:
        stay, held = hold_out(labels, getattr(data, by), data.split, seed, groups, setting=by)
    return rows[stay], rows[held]


def _without(parts: Parts, opened: Opened, excluded: Excluded) -> Parts:
    """The parts without these rows of the files, and how many each has lost. Raises UserError when one loses all."""

    def kept(part: Part) -> Rows:
        marked = [rows for source, rows in excluded.items() if opened.parts[source] is part.dataset]
        return np.setdiff1d(part.rows, np.concatenate([*marked, np.empty(0, np.int64)]))

    words: list[str] = []

    def smaller(part: Part | None, name: str) -> Part | None:
        if part is None or not (lost := len(part.rows) - len(rows := kept(part))):
            return part
        if not len(rows):
            raise UserError(f"every image of the {name} is marked to be left out", "exclude", "Mark fewer.")
        words.append(f"{lost:,} of the {name} images")
        return Part(part.dataset, rows)

    training = smaller(parts.training, "training")
    assert training
    validation, test = smaller(parts.validation, "validation"), smaller(parts.test, "test")
    return Parts(training, validation, test, f"Left out because they are marked: {', '.join(words)}." if words else "")


def _whole(dataset: Dataset | None) -> Part | None:
    return Part(dataset, np.arange(len(dataset))) if dataset else None


def _groups(data: Data, train: Dataset) -> Rows:
    """The group of each training image, int64."""
    assert data.groups
    found = read_labels(Path(data.groups), data.reading)
    count, images = len(found.codes), len(train)
    if count != images:
        name = where(data.train.images).path.name
        unseen_header = count == images + 1 and found.first_line == 1
        remedy = "Say --header yes if the first line is a name." if unseen_header else ""
        raise UserError(
            f"has {_many(count, 'group')} but {name} has {_many(images, 'image')}",
            Place(data.groups),
            remedy or "Give each image one group, in the same order.",
        )
    return found.codes


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
