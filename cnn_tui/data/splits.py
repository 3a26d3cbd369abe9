"""Rows held out by share or by fold, the same rows as scikit-learn and so Galaxy would hold out."""

from collections.abc import Iterator
from math import ceil, floor
from typing import Any

import numpy as np

from cnn_tui.errors import UserError
from cnn_tui.spec.data import Split

Rows = np.ndarray[Any, Any]


def hold_out(
    labels: Rows, share: float, split: Split, seed: int, groups: Rows | None = None, setting: str = "validation"
) -> tuple[Rows, Rows]:
    """The rows to train on and those held out, int64 and ascending; a function of the seed.

    `in order` holds out the last rows, as many as Keras's validation_split. `shuffled` is scikit-learn's ShuffleSplit,
    `stratified` its StratifiedShuffleSplit, `group` its GroupShuffleSplit (`groups`: int64, one a row; the share is
    one of groups). A share of 0 holds out nothing.
    Raises UserError, which names the `setting` of the share, when a part would be empty or a class too small.
    """
    count = len(labels)
    if share == 0:
        return np.arange(count), np.arange(0)
    if split == "group":
        assert groups is not None
        return _group(groups, share, seed, setting)
    held_out = count - floor(count * (1 - share)) if split == "in order" else ceil(share * count)
    _refuse_all(held_out, count, "row", share, setting)
    if split == "in order":
        return np.arange(count - held_out), np.arange(count - held_out, count)
    if split == "stratified":
        return _stratified(labels, held_out, seed)
    order = _random(seed).permutation(count)
    return np.sort(order[held_out:]), np.sort(order[:held_out])


def folds(labels: Rows, count: int, split: Split, seed: int, groups: Rows | None = None) -> Iterator[tuple[Rows, Rows]]:
    """For each of so many folds, the rows to train on and those held out, int64 and ascending.

    `in order` is scikit-learn's KFold, `shuffled` its KFold with shuffle, `stratified` its StratifiedKFold with
    shuffle, `group` its GroupKFold, which needs no seed. Raises UserError when there are too few rows of any kind.
    """
    _refuse_few(labels, count, split, groups)
    from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

    match split:
        case "in order":
            splitter = KFold(count)
        case "shuffled":
            splitter = KFold(count, shuffle=True, random_state=_random(seed))
        case "stratified":
            splitter = StratifiedKFold(count, shuffle=True, random_state=_random(seed))
        case "group":
            splitter = GroupKFold(count)
    for training, held in splitter.split(labels, labels, groups if split == "group" else None):
        yield np.sort(training), np.sort(held)


def first_of_each_class(labels: Rows, count: int) -> Rows:
    """The first so many rows of each class, ascending; all of a class that has fewer."""
    by_class = np.argsort(labels, kind="stable")
    _, firsts, counts = np.unique(labels[by_class], return_index=True, return_counts=True)
    place_in_class = np.arange(len(labels)) - np.repeat(firsts, counts)
    return np.sort(by_class[place_in_class < count])


def _group(groups: Rows, share: float, seed: int, setting: str) -> tuple[Rows, Rows]:
    count = len(np.unique(groups))
    held_out = ceil(share * count)
    _refuse_all(held_out, count, "group", share, setting)
    from sklearn.model_selection import GroupShuffleSplit

    splitter = GroupShuffleSplit(1, test_size=held_out, random_state=_random(seed))
    training, held = next(splitter.split(groups, groups=groups))
    return np.sort(training), np.sort(held)


def _stratified(labels: Rows, held_out: int, seed: int) -> tuple[Rows, Rows]:
    _, counts = np.unique(labels, return_counts=True)
    if counts.min() < 2:
        problem = f"{_classes(int((counts < 2).sum()))} a single row, which cannot be split evenly"
        raise UserError(problem, "split", 'Use the split "shuffled", or give more rows.')
    smaller = min(held_out, len(labels) - held_out)
    if smaller < len(counts):
        problem = f"one part would have {_many(smaller, 'row')}, too few for {len(counts):,} classes"
        raise UserError(problem, "split", 'Use the split "shuffled", or another share.')
    from sklearn.model_selection import StratifiedShuffleSplit

    splitter = StratifiedShuffleSplit(1, test_size=held_out, random_state=_random(seed))
    training, held = next(splitter.split(labels, labels))
    return np.sort(training), np.sort(held)


def _refuse_all(held_out: int, count: int, thing: str, share: float, setting: str) -> None:
    if held_out >= count:
        problem = f"a share of {share:g} of {_many(count, thing)} leaves none to train on"
        raise UserError(problem, setting, f"Hold out less, or give more {thing}s.")


def _refuse_few(labels: Rows, count: int, split: Split, groups: Rows | None) -> None:
    if split == "group":
        assert groups is not None
        if (found := len(np.unique(groups))) < count:
            problem = f"{_many(found, 'group')} cannot be split into {count:,} folds"
            raise UserError(problem, "folds", "Use fewer folds, or give more groups.")
    if len(labels) < count:
        problem = f"{_many(len(labels), 'row')} cannot be split into {count:,} folds"
        raise UserError(problem, "folds", "Use fewer folds, or give more rows.")
    small = int((np.unique(labels, return_counts=True)[1] < count).sum())
    if split == "stratified" and small:
        problem = f"{_classes(small)} fewer rows than the {count:,} folds"
        raise UserError(problem, "folds", 'Use fewer folds, or the split "shuffled".')


def _classes(count: int) -> str:
    return "1 class has" if count == 1 else f"{count:,} classes have"


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _random(seed: int) -> np.random.RandomState:
    """scikit-learn's generator; it takes seeds of 32 bits, so a larger one is given in two parts."""
    return np.random.RandomState(seed if seed < 2**32 else [seed % 2**32, seed // 2**32])
