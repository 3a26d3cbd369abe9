"""A trained model on images that it did not learn from: the confusion matrix and every probability."""

from collections.abc import Callable

import numpy as np
import torch

from cnn_tui.data.dataset import Dataset
from cnn_tui.engine.batches import Array, examples
from cnn_tui.engine.evaluate import assess
from cnn_tui.engine.model_weights import Trained
from cnn_tui.results.confusion import count
from cnn_tui.results.evaluation import Evaluation, Part, Predictions
from cnn_tui.spec.training import Loss


def score(
    trained: Trained, dataset: Dataset, rows: Array, part: Part, loss: Loss, watch: Callable[[], None]
) -> tuple[Evaluation, Predictions]:
    """The evaluation on these rows of a dataset whose labels are in the order of the model's classes."""
    device = next(trained.network.parameters()).device
    source = examples(dataset.images, dataset.labels, trained.about.scaling, device)
    sums, answers = assess(trained.network, source, torch.from_numpy(rows), loss, watch)
    labels = np.asarray(dataset.labels)[rows]
    confusion = count(labels, answers.argmax(axis=1), trained.about.classes)
    return Evaluation(part, sums.loss / sums.images, confusion), Predictions(answers, labels, rows)
