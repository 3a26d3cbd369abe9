"""What a trained model says about the images at a path, and how right it is where labels are there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from msgspec.structs import replace

from cnn_tui.data.predictable import Predictable, images_at, open_numbers, open_predictable, open_with_labels
from cnn_tui.engine.evaluate import BATCH
from cnn_tui.engine.model_weights import Trained, reading_for
from cnn_tui.engine.predict import predict_images
from cnn_tui.results.confusion import count
from cnn_tui.results.evaluation import Evaluation
from cnn_tui.spec.data import Reading

Array = np.ndarray[Any, Any]
READING_SHARE = 0.3
"""The share of the time that reading takes, as far as it is told."""
BATCHES_AT_ONCE = 10
"""Between two looks at whoever waits."""


@dataclass(frozen=True)
class Answers:
    """The model's answer for each image, [N, classes], with the images that were asked about."""

    probabilities: Array
    """Or the numbers that it predicts."""
    classes: tuple[str, ...]
    asked: Predictable
    are_numbers: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The file of each image; empty where they have none of their own."""
        return self.asked.facts.names

    def evaluation(self) -> Evaluation | None:
        """How right the answers are; None without labels, and for numbers."""
        if self.asked.labels is None or self.are_numbers:
            return None
        labels = self.asked.labels.astype(np.int64)
        confusion = count(labels, self.probabilities.argmax(axis=1), self.classes)
        chances = self.probabilities[np.arange(len(labels)), labels].astype(np.float64)
        smallest = np.finfo(np.float32).tiny
        return Evaluation("test", float(-np.log(chances.clip(min=smallest)).mean()), confusion)


def predict_path(
    trained: Trained, path: str, reading: Reading, labels: str | None, tell: Callable[[float], None]
) -> Answers:
    """Reads and predicts the images at a path, of a folder of data those that are tested. Raises UserError.

    Labels are taken along where they lie with the images; `labels` names a file of their own.
    """
    about, reading = trained.about, reading_for(trained, reading)
    read = _part_of(tell, 0, READING_SHARE)
    if about.numbers:
        source = images_at(path)
        source = replace(source, labels=labels) if labels else source
        asked = open_numbers(source, _with_column(trained, reading), about.classes, about.data_shape, read)
    elif labels:
        asked = open_with_labels(path, labels, reading, about.classes, about.data_shape, read)
    else:
        asked = open_predictable(images_at(path), reading, about.classes, about.data_shape, read)
    predicted = predict_in_parts(trained, asked.images, _part_of(tell, READING_SHARE, 1))
    return Answers(predicted, about.classes, asked, about.numbers)


def _with_column(trained: Trained, reading: Reading) -> Reading:
    """Where nothing else is said, true numbers stand in the columns in which they stood in the training."""
    known = trained.about.reading.label_column
    return replace(reading, label_column=known) if reading.label_column == "auto" else reading


def predict_in_parts(trained: Trained, images: Array, tell: Callable[[float], None]) -> Array:
    """As `predict_images`, telling how far it is."""
    size = BATCH * BATCHES_AT_ONCE
    answers = np.empty((len(images), len(trained.about.classes)), np.float32)
    for first in range(0, len(images), size):
        answers[first : first + size] = predict_images(trained, images[first : first + size])
        tell(min(1.0, (first + size) / len(images)))
    return answers


def _part_of(tell: Callable[[float], None], begin: float, end: float) -> Callable[[float], None]:
    return lambda share: tell(begin + share * (end - begin))
