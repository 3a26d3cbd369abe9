"""The same network in Keras on its torch backend, trained by `fit`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import numpy as np

from benchmarks.contenders import Measure, NotMeasured
from benchmarks.contenders.digits import BATCH, training_digits


@contextmanager
def training() -> Iterator[Measure]:
    """One epoch; images a second."""
    os.environ["KERAS_BACKEND"] = "torch"
    try:
        import keras
        from keras import layers
    except ImportError as error:
        raise NotMeasured(f"Keras cannot be imported: {error}") from None
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
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    images, labels = training_digits()
    pixels, targets = images.astype(np.float32) / 255, keras.utils.to_categorical(labels, 10)

    def train_epoch() -> float:
        begun = perf_counter()
        model.fit(pixels, targets, batch_size=BATCH, epochs=1, verbose=0)
        return len(pixels) / (perf_counter() - begun)

    yield train_epoch
