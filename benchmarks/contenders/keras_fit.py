"""The same network in Keras on each of its backends, trained by `fit` and asked by `predict`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.contenders import Measure, NotMeasured
from benchmarks.contenders.digits import all_digits, training_digits


@contextmanager
def training(backend: str, batch: str, device: str = "cpu") -> Iterator[Measure]:
    """One epoch; images a second."""
    keras, model = _model(backend)
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    images, labels = training_digits(device)
    pixels, targets = images.astype(np.float32) / 255, keras.utils.to_categorical(labels, 10)

    def train_epoch() -> float:
        begun = perf_counter()
        model.fit(pixels, targets, batch_size=int(batch), epochs=1, verbose=0)
        return len(pixels) / (perf_counter() - begun)

    yield train_epoch


@contextmanager
def prediction(backend: str, batch: str) -> Iterator[Measure]:
    """The probabilities and classes of all digits; images a second."""
    _, model = _model(backend)
    pixels = all_digits().astype(np.float32) / 255

    def predict() -> float:
        begun = perf_counter()
        model.predict(pixels, batch_size=int(batch), verbose=0).argmax(axis=1)
        return len(pixels) / (perf_counter() - begun)

    yield predict


def _model(backend: str) -> tuple[Any, Any]:
    """Keras on this backend, and the network. Raises NotMeasured where one of them is not installed."""
    os.environ |= {
        "KERAS_BACKEND": backend,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",  # JAX would take most of a GPU at once, and others wait beside it
    }
    if missing := [name for name in ("keras", backend) if find_spec(name) is None]:
        raise NotMeasured(f"{missing[0]} is not installed; `make peers` does it")
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            layers.Input((784,)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    return keras, model
