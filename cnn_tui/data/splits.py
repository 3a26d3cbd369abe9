"""Training rows held out to watch the training, the same rows as scikit-learn and so Galaxy would hold out."""

from math import ceil
from typing import Any

import numpy as np

from cnn_tui.errors import UserError
from cnn_tui.spec.data import Split

Rows = np.ndarray[Any, Any]


def hold_out(labels: np.ndarray[Any, Any], share: float, split: Split, seed: int) -> tuple[Rows, Rows]:
    """The rows to train on and those held out, int64 and ascending; a function of the seed.

    `shuffled` is scikit-learn's ShuffleSplit, `stratified` its StratifiedShuffleSplit. A share of 0 holds out nothing.
    Raises UserError when a part would be empty or a class too small.
    """
    count = len(labels)
    if share == 0:
        return np.arange(count), np.arange(0)
    held_out = ceil(share * count)
    if held_out >= count:
        problem = f"a share of {share:g} of {count:,} rows leaves none to train on"
        raise UserError(problem, "validation", "Hold out less, or give more rows.")
    if split == "stratified":
        return _stratified(labels, held_out, seed)
    order = _random(seed).permutation(count)
    return np.sort(order[held_out:]), np.sort(order[:held_out])


def _stratified(labels: np.ndarray[Any, Any], held_out: int, seed: int) -> tuple[Rows, Rows]:
    _, counts = np.unique(labels, return_counts=True)
    if counts.min() < 2:
        problem = f"{_classes(int((counts < 2).sum()))} a single row, which cannot be split evenly"
        raise UserError(problem, "split", 'Use the split "shuffled", or give more rows.')
    smaller = min(held_out, len(labels) - held_out)
    if smaller < len(counts):
        problem = f"one part would have {smaller:,} rows, too few for {len(counts):,} classes"
        raise UserError(problem, "split", 'Use the split "shuffled", or another share.')
    from sklearn.model_selection import StratifiedShuffleSplit

    splitter = StratifiedShuffleSplit(1, test_size=held_out, random_state=_random(seed))
    training, held = next(splitter.split(labels, labels))
    return np.sort(training), np.sort(held)


def _classes(count: int) -> str:
    return "1 class has" if count == 1 else f"{count:,} classes have"


def _random(seed: int) -> np.random.RandomState:
    """scikit-learn's generator; it takes seeds of 32 bits, so a larger one is given in two parts."""
    return np.random.RandomState(seed if seed < 2**32 else [seed % 2**32, seed // 2**32])
