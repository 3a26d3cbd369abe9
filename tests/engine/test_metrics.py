"""Metrics over several batches are Keras's over all of them, whatever the model ends with."""

import os

import msgspec
import pytest
import torch

from cnn_tui.engine.losses import Criterion, Ending
from cnn_tui.engine.metrics import Meter
from cnn_tui.engine.totals import Sums, Totals
from cnn_tui.spec.metrics import OF_CLASSES, Metric

CLASSES: dict[Metric, str] = {
    "binary_accuracy": "BinaryAccuracy",
    "categorical_accuracy": "CategoricalAccuracy",
    "top_k_categorical_accuracy": "TopKCategoricalAccuracy",
    "auc": "AUC",
    "mean_squared_error": "MeanSquaredError",
    "root_mean_squared_error": "RootMeanSquaredError",
    "mean_absolute_error": "MeanAbsoluteError",
    "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
    "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
    "cosine_similarity": "CosineSimilarity",
    "r2_score": "R2Score",
}
BATCHES, EACH = 5, 40


@pytest.fixture(scope="module")
def keras():
    os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras")


def kerass(keras, metric: Metric, targets: torch.Tensor, answers: torch.Tensor, top_k: int) -> float:
    settings = {"k": top_k} if metric == "top_k_categorical_accuracy" else {}
    theirs = getattr(keras.metrics, CLASSES[metric])(**settings)
    for batch in range(BATCHES):
        rows = slice(batch * EACH, (batch + 1) * EACH)
        theirs.update_state(targets[rows].numpy(), answers[rows].numpy())
    return float(theirs.result())


def ours(metric: Metric, ending: Ending, labels: torch.Tensor, scores: torch.Tensor, top_k: int = 5) -> Sums:
    totals = Totals(torch.device("cpu"), None, (Meter(metric, top_k),), ending)
    criterion = Criterion("mean_squared_error", ending)
    for batch in range(BATCHES):
        rows = slice(batch * EACH, (batch + 1) * EACH)
        totals.add(criterion(scores[rows], labels[rows]), scores[rows], labels[rows])
    return totals.read()


@pytest.mark.parametrize("metric", CLASSES)
@pytest.mark.parametrize(("ending", "values"), [("softmax", 6), ("sigmoid", 6), ("sigmoid", 1)])
def test_of_classes_it_is_kerass(keras, metric: Metric, ending: Ending, values: int):
    if values == 1 and metric in ("categorical_accuracy", "top_k_categorical_accuracy"):
        pytest.skip("there is but one value to choose from")
    dice = torch.Generator().manual_seed(7)
    labels = torch.randint(0, max(2, values), (BATCHES * EACH,), generator=dice)
    scores = torch.randn(BATCHES * EACH, values, generator=dice)
    scores += 2 * (torch.nn.functional.one_hot(labels, values) if values > 1 else 2 * labels[:, None] - 1)
    answers = torch.softmax(scores, -1) if ending == "softmax" else torch.sigmoid(scores)
    targets = torch.nn.functional.one_hot(labels, values) if values > 1 else labels[:, None]
    theirs = kerass(keras, metric, targets.float(), answers, top_k=2)
    assert ours(metric, ending, labels, scores, top_k=2).means.metrics[metric] == pytest.approx(theirs, rel=1e-5)


@pytest.mark.parametrize("metric", [metric for metric in CLASSES if metric not in OF_CLASSES])
def test_of_numbers_it_is_kerass(keras, metric: Metric):
    dice = torch.Generator().manual_seed(8)
    numbers = torch.rand(BATCHES * EACH, 3, generator=dice) * 4
    answers = numbers + torch.randn(BATCHES * EACH, 3, generator=dice)
    means = ours(metric, "linear", numbers, answers).means
    assert means.metrics[metric] == pytest.approx(kerass(keras, metric, numbers, answers, 5), rel=1e-5)
    assert means.accuracy is None


def test_sums_from_a_checkpoint_go_on():
    dice = torch.Generator().manual_seed(9)
    labels, scores = (
        torch.randint(0, 3, (BATCHES * EACH,), generator=dice),
        torch.randn(BATCHES * EACH, 3, generator=dice),
    )
    first = ours("auc", "softmax", labels, scores)
    totals = Totals(torch.device("cpu"), first, (Meter("auc"),))
    totals.add(torch.tensor(0.5), scores[:10], labels[:10])
    assert sum(totals.read().metrics["auc"]) == (BATCHES * EACH + 10) * 3


def test_a_target_that_never_varies_has_no_r2():
    same = torch.ones(BATCHES * EACH, 1)
    assert ours("r2_score", "linear", same, same + 1).means.metrics["r2_score"] is None


def test_a_sum_that_is_no_number_any_more_is_kept_as_none_and_stays_so():
    totals = Totals(torch.device("cpu"), None, (Meter("mean_squared_error"),), "linear")
    totals.add(torch.tensor(0.5), torch.full((2, 1), 1e30), torch.zeros(2, 1))
    sums = totals.read()
    assert sums.metrics == {"mean_squared_error": [None]}
    assert msgspec.json.decode(msgspec.json.encode(sums), type=Sums) == sums
    again = Totals(torch.device("cpu"), sums, (Meter("mean_squared_error"),), "linear")
    again.add(torch.tensor(0.5), torch.ones(2, 1), torch.zeros(2, 1))
    assert again.read().means.metrics == {"mean_squared_error": None}
