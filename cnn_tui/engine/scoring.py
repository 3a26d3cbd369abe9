"""A trained model on images that it did not learn from: the confusion matrix and every probability."""

from collections.abc import Callable

import numpy as np
import torch

from cnn_tui.data.dataset import Dataset, open_data
from cnn_tui.data.parts import split
from cnn_tui.engine.batches import Array, examples
from cnn_tui.engine.evaluate import assess
from cnn_tui.engine.losses import Criterion
from cnn_tui.engine.model_weights import Trained, read_model_weights
from cnn_tui.errors import Place, UserError
from cnn_tui.results.confusion import count
from cnn_tui.results.evaluation import Evaluation, Part, Predictions, write_evaluation, write_predictions
from cnn_tui.runs.run import Run
from cnn_tui.spec.losses import Loss


def score(
    trained: Trained,
    dataset: Dataset,
    rows: Array,
    part: Part,
    loss: Loss,
    watch: Callable[[], None],
    label_smoothing: float = 0.0,
) -> tuple[Evaluation, Predictions]:
    """The evaluation on these rows of a dataset whose labels are in the order of the model's classes."""
    device = next(trained.network.parameters()).device
    images = dataset.images.reshape(len(dataset), *trained.about.data_shape)  # scaled a channel, even from a table
    source = examples(images, dataset.labels, trained.about.scaling, device)
    criterion = Criterion(loss, trained.network.ending, label_smoothing)
    sums, answers = assess(trained.network, source, torch.from_numpy(rows), criterion, watch)
    labels = np.asarray(dataset.labels)[rows]
    confusion = count(labels, answers.argmax(axis=1), trained.about.classes)
    return Evaluation(part, sums.loss / sums.images, confusion), Predictions(answers, labels, rows)


def score_run(run: Run) -> Evaluation:
    """Tests the best weights of a run on its own data, and keeps what came of it in the run. Raises UserError."""
    experiment = run.experiment()
    data, plan = experiment.data, experiment.training
    if not (tested := split(open_data(data), data, plan.seed).tested):
        raise UserError("there is nothing to test it on", Place(run.path), "Give labelled images with --data.")
    evaluation, predictions = score(
        read_model_weights(run.weights_file), *tested, plan.loss, lambda: None, plan.label_smoothing
    )
    keep(run, evaluation, predictions)
    return evaluation


def keep(run: Run, evaluation: Evaluation, predictions: Predictions) -> None:
    """Writes the results of a test into its run; the evaluation last, so that it never stands without predictions."""
    write_predictions(predictions, run.predictions_file)
    write_evaluation(evaluation, run.evaluation_file)
