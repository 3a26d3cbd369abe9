"""The images that all contenders work on: the sample digits, as they are read once."""

from typing import Any

import numpy as np

from cnn_tui.data.dataset import open_data
from cnn_tui.spec.presets import sample_digits

Array = np.ndarray[Any, Any]

TRAINING_IMAGES = 4_000
BATCH = 500


def training_digits() -> tuple[Array, Array]:
    """Images uint8 [4000, 784] and labels int64 [4000]."""
    train = open_data(sample_digits()).train
    return np.array(train.images[:TRAINING_IMAGES]), np.array(train.labels[:TRAINING_IMAGES])


def all_digits() -> Array:
    """All 10,000 images, uint8 [10000, 784]."""
    opened = open_data(sample_digits())
    assert opened.test is not None
    return np.concatenate([opened.train.images, opened.test.images])
