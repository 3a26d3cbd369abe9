"""The images that all contenders work on: the sample digits, as they are read once."""

from typing import Any

import numpy as np

from cnn_tui.data.dataset import open_data
from cnn_tui.spec.presets import sample_digits

Array = np.ndarray[Any, Any]

TRAINING_IMAGES, GPU_TRAINING_IMAGES = 4_000, 60_000
"""In an epoch. A GPU does the smaller in a blink."""


def training_digits(count: int = TRAINING_IMAGES) -> tuple[Array, Array]:
    """Images uint8 [count, 784] and labels int64 [count]; from the first again where there are not so many."""
    train = open_data(sample_digits()).train
    rows = np.arange(count) % len(train.labels)
    return train.images[rows], train.labels[rows]


def all_digits() -> Array:
    """All 10,000 images, uint8 [10000, 784]."""
    opened = open_data(sample_digits())
    assert opened.test is not None
    return np.concatenate([opened.train.images, opened.test.images])
