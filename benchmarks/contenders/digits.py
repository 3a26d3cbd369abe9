"""The images that all contenders work on: the sample digits, as they are read once."""

from typing import Any

import numpy as np

from cnn_tui.data.dataset import open_data
from cnn_tui.spec.presets import sample_digits

Array = np.ndarray[Any, Any]

TRAINING_IMAGES = {"cpu": 4_000, "cuda": 60_000}
"""In an epoch on each device: a GPU does the smaller in a blink."""


def training_digits(device: str) -> tuple[Array, Array]:
    """Images uint8 [n, 784] and labels int64 [n]; from the first again where there are not so many."""
    train = open_data(sample_digits()).train
    rows = np.arange(TRAINING_IMAGES[device]) % len(train.labels)
    return train.images[rows], train.labels[rows]


def all_digits() -> Array:
    """All 10,000 images, uint8 [10000, 784]."""
    opened = open_data(sample_digits())
    assert opened.test is not None
    return np.concatenate([opened.train.images, opened.test.images])
