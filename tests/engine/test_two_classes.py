"""Two classes told apart by a single value behind a sigmoid, as Keras's binary classifiers do."""

from pathlib import Path

import numpy as np
import pytest

from cnn_tui.data.dataset import open_data
from cnn_tui.engine.attention import Attention
from cnn_tui.engine.job import perform
from cnn_tui.engine.model_weights import read_model_weights
from cnn_tui.engine.predict import predict_images
from cnn_tui.results.evaluation import read_evaluation, read_predictions
from cnn_tui.results.final_scores import read_final_scores
from cnn_tui.runs.events import EpochEnd, Event
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.layers import Dense
from cnn_tui.spec.model import Model
from cnn_tui.spec.optimizers import SGD
from cnn_tui.spec.training import Training

ROWS = 200


@pytest.fixture
def performed(tmp_path: Path) -> tuple[Run, list[Event]]:
    random = np.random.default_rng(2)
    images = random.integers(0, 256, (ROWS, 6))
    words = np.where(images[:, :3].sum(axis=1) + random.normal(0, 40, ROWS) > images[:, 3:].sum(axis=1), "more", "less")
    np.savetxt(tmp_path / "X.tsv", images, fmt="%d", delimiter="\t")
    np.savetxt(tmp_path / "y.tsv", words, fmt="%s")
    data = Data(train=Source(images=str(tmp_path / "X.tsv"), labels=str(tmp_path / "y.tsv")), scale="unit")
    plan = Training(
        loss="binary_crossentropy",
        epochs=8,
        batch_size=16,
        optimizer=SGD(learning_rate=0.3),
        metrics=("auc",),
        primary_scoring="roc_auc",
        secondary_scoring=("f1", "average_precision", "matthews_corrcoef"),
    )
    run = create_run(
        tmp_path, Experiment(data=data, model=Model((6,), (Dense(units=1, activation="sigmoid"),)), training=plan)
    )
    said: list[Event] = []
    assert perform(run, Attention(run), said.append).how == "done"
    return run, said


def test_accuracy_matrix_and_predictions_tell_two_classes(performed: tuple[Run, list[Event]]):
    run, said = performed
    best = max((one for one in said if isinstance(one, EpochEnd)), key=lambda end: (end.val_accuracy, -end.val_loss))
    evaluation, predictions = read_evaluation(run.evaluation_file), read_predictions(run.predictions_file)
    assert evaluation.confusion.classes == ("less", "more")
    assert evaluation.confusion.accuracy == pytest.approx(best.val_accuracy)
    assert evaluation.confusion.accuracy > 0.8
    assert evaluation.loss == pytest.approx(best.val_loss, rel=1e-5)
    np.testing.assert_allclose(predictions.probabilities.sum(axis=1), 1, rtol=1e-6)
    trained = read_model_weights(run.weights_file)
    answers = predict_images(trained, open_data(run.experiment().data).train.images[predictions.rows])
    np.testing.assert_allclose(answers, predictions.probabilities, atol=1e-6)


def test_its_scores_are_those_of_scikit_learn(performed: tuple[Run, list[Event]]):
    from sklearn.metrics import average_precision_score, f1_score, matthews_corrcoef, roc_auc_score

    run, _ = performed
    found, predictions = read_final_scores(run.scores_file), read_predictions(run.predictions_file)
    labels, shares = predictions.labels, predictions.probabilities[:, 1]
    assert found.primary == "roc_auc"
    assert found.scores == pytest.approx(
        {
            "roc_auc": roc_auc_score(labels, shares),
            "f1": f1_score(labels, shares > 0.5),
            "average_precision": average_precision_score(labels, shares),
            "matthews_corrcoef": matthews_corrcoef(labels, shares > 0.5),
        }
    )
