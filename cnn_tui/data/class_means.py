"""The mean image of each class."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnn_tui.data.blocks import blocks
from cnn_tui.data.dataset import Dataset
from cnn_tui.data.formats.content import Tell, silently

Array = np.ndarray[Any, Any]


def class_means(dataset: Dataset, classes: Sequence[int], tell: Tell = silently) -> Array:
    """The mean of the images of each of these classes (places in `dataset.classes`), float32 [k, ...]; 0 without any.

    Memory holds one image of float64 for each class.
    """
    place_of = np.full(len(dataset.classes), -1)
    place_of[list(classes)] = np.arange(len(classes))
    places = place_of[dataset.labels]
    flat = dataset.images.reshape(len(dataset), -1)
    sums = np.zeros((len(classes), flat.shape[1]))
    for start, block in blocks(flat, tell):
        here = places[start : start + len(block)]
        order = np.argsort(here, kind="stable")
        order = order[here[order] >= 0]
        if order.size:
            found, first = np.unique(here[order], return_index=True)
            sums[found] += np.add.reduceat(block[order], first, axis=0, dtype=np.float64)
    counts = np.bincount(places[places >= 0], minlength=len(classes))
    means = sums / np.maximum(counts, 1)[:, None]
    return means.astype(np.float32).reshape(len(classes), *dataset.images.shape[1:])
