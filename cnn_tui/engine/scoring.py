"""A trained model on images that it did not learn from: the confusion matrix and every probability."""

from collections.abc import Callable

import numpy as np
import torch

from cnn_tui.data.dataset import Dataset, open_data
from cnn_tui.data.parts import Tested, split
from cnn_tui.engine.batches import Array, examples
from cnn_tui.engine.evaluate import as_shares, assess
from cnn_tui.engine.losses import Criterion
from cnn_tui.engine.model_weights import Trained, read_model_weights
from cnn_tui.errors import Place, UserError
from cnn_tui.results.confusion import count
from cnn_tui.results.evaluation import Evaluation, Part, Predictions, write_evaluation, write_predictions
from cnn_tui.results.final_scores import (
    FinalScores,
    class_scores,
    number_scores,
    write_final_scores,
)
from cnn_tui.runs.run import Run
from cnn_tui.spec.experiment import data_meant
from cnn_tui.spec.losses import Loss
from cnn_tui.spec.scoring import Score, default_score
from cnn_tui.spec.training import Training


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
    criterion = Criterion(loss, trained.network.ending, label_smoothing)
    mean, answers, labels = _answers(trained, dataset, rows, criterion, watch)
    shares = as_shares(answers, len(trained.about.classes))
    confusion = count(labels, shares.argmax(axis=1), trained.about.classes)
    return Evaluation(part, mean, confusion), Predictions(shares, labels, rows)


def test_best(
    run: Run, trained: Trained, tested: Tested, plan: Training, watch: Callable[[], None]
) -> Evaluation | None:
    """Tests a model on what was held out, and keeps what came of it in the run; None: it predicts numbers."""
    for earlier in (run.evaluation_file, run.scores_file):
        earlier.unlink(missing_ok=True)
    if tested.dataset.targets:
        _test_numbers(run, trained, tested, plan, watch)
        return None
    evaluation, predictions = score(trained, *tested, plan.loss, watch, plan.label_smoothing)
    names = _asked(plan, default_score(0))
    final = FinalScores(
        part=tested.part,
        loss=evaluation.loss,
        images=len(tested.rows),
        primary=names[0],
        scores=class_scores(names, evaluation.confusion, predictions),
    )
    write_final_scores(final, run.scores_file)
    keep(run, evaluation, predictions)
    return evaluation


def _test_numbers(run: Run, trained: Trained, tested: Tested, plan: Training, watch: Callable[[], None]) -> None:
    criterion = Criterion(plan.loss, trained.network.ending)
    mean, answers, numbers = _answers(trained, tested.dataset, tested.rows, criterion, watch)
    names = _asked(plan, default_score(tested.dataset.targets))
    final = FinalScores(
        part=tested.part,
        loss=mean,
        images=len(tested.rows),
        primary=names[0],
        scores=number_scores(names, numbers, answers),
        targets=tested.dataset.classes,
    )
    write_predictions(Predictions(answers, numbers, tested.rows), run.predictions_file)
    write_final_scores(final, run.scores_file)


def _asked(plan: Training, default: Score) -> tuple[Score, ...]:
    """The primary score, and the others."""
    return tuple(dict.fromkeys((plan.primary_scoring or default, *plan.secondary_scoring)))


def _answers(
    trained: Trained, dataset: Dataset, rows: Array, criterion: Criterion, watch: Callable[[], None]
) -> tuple[float, Array, Array]:
    """The mean loss, the answers [rows, values] and the labels of these rows."""
    device = next(trained.network.parameters()).device
    images = dataset.images.reshape(len(dataset), *trained.about.data_shape)  # scaled a channel, even from a table
    source = examples(images, dataset.labels, trained.about.scaling, device)
    sums, answers = assess(trained.network, source, torch.from_numpy(rows), criterion, watch)
    return sums.loss / sums.images, answers, np.asarray(dataset.labels)[rows]


def score_run(run: Run) -> Evaluation | None:
    """Tests the best weights of a run on its own data, and keeps what came of it in the run; None: it predicts numbers.

    Raises UserError.
    """
    experiment = run.experiment()
    data, plan = data_meant(experiment), experiment.training
    if not (tested := split(open_data(data), data, plan.seed).tested):
        raise UserError("there is nothing to test it on", Place(run.path), "Give labelled images with --data.")
    return test_best(run, read_model_weights(run.weights_file), tested, plan, lambda: None)


def keep(run: Run, evaluation: Evaluation, predictions: Predictions) -> None:
    """Writes the results of a test into its run; the evaluation last, so that it never stands without predictions."""
    write_predictions(predictions, run.predictions_file)
    write_evaluation(evaluation, run.evaluation_file)
