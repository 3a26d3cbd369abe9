"""What is written for Keras: read again here it is the same to the byte, and real Keras 3 reads it."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from cnn_tui.interop.keras_layout import units
from cnn_tui.interop.keras_writers import keras as keras_file
from cnn_tui.interop.keras_writers import legacy_h5, weights_h5
from cnn_tui.interop.models import open_model
from cnn_tui.interop.weight_files import read_weights
from cnn_tui.spec.layers import Conv2D, Dense, Flatten, LocallyConnected1D, LocallyConnected2D, Residual, ThresholdedReLU
from cnn_tui.spec.model import Model
from tests.interop.support import ABOUT, KERAS, fitting, of_keras, random_arrays, read_bytes, same
from tests.strategies import any_model, examples

WRITERS = {".keras": keras_file, ".h5": legacy_h5, ".weights.h5": weights_h5}
NOT_IN_KERAS_3 = (LocallyConnected1D, LocallyConnected2D, ThresholdedReLU)


@pytest.fixture(scope="module")
def keras():
    os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras")


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(model=any_model())
def test_written_read_and_written_again_it_is_the_same(write: Callable[..., bytes], model: Model):
    arrays = random_arrays(fitting(model))
    first = write(model, arrays, ABOUT)
    read = read_bytes(first)
    assert (read.model, read.classes, read.about) == (model, ("cat", "dog"), ABOUT)
    assert same(read.arrays, arrays) or sorted(read.arrays) == sorted(arrays)
    assert all(read.arrays[name].tobytes() == arrays[name].tobytes() for name in arrays)
    assert write(read.model, read.arrays, read.about) == first
