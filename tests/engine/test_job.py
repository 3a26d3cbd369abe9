"""A run on data of several parts: what is trained on, what watches it, what it is tested on."""

from pathlib import Path
from signal import SIGTERM
from typing import cast

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from cnn_tui.data.dataset import open_data
from cnn_tui.engine.attention import Attention, Interrupted
from cnn_tui.engine.batches import examples
from cnn_tui.engine.evaluate import evaluate
from cnn_tui.engine.job import perform
from cnn_tui.engine.losses import Criterion
from cnn_tui.engine.model_weights import read_model_weights
from cnn_tui.engine.predict import predict_images
from cnn_tui.engine.scoring import score_run
from cnn_tui.results.evaluation import read_evaluation, read_predictions
from cnn_tui.runs.events import EpochEnd, Event, Started
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.data import Data
from cnn_tui.spec.experiment import Experiment
from tests.conftest import TEST_ROWS, TRAINING_ROWS


def performed(folder: Path, experiment: Experiment, **data: object) -> tuple[Run, list[Event]]:
    run = create_run(folder, replace(experiment, data=replace(experiment.data, **data)))
    events: list[Event] = []
    assert perform(run, Attention(run), events.append).how == "done"
    return run, events


def only(events: list[Event], kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


def test_images_given_for_the_validation_watch_and_every_training_image_is_learned(tmp_path, experiment: Experiment):
    run, events = performed(tmp_path, experiment, validate=experiment.data.test, test=None)
    assert only(events, Started)[0].images == TRAINING_ROWS
    evaluation = read_evaluation(run.evaluation_file)
    assert (evaluation.part, evaluation.confusion.images) == ("validation", TEST_ROWS)
    best = max(only(events, EpochEnd), key=lambda end: (end.val_accuracy, -end.val_loss))
    assert evaluation.confusion.accuracy == pytest.approx(best.val_accuracy)
    assert evaluation.loss == pytest.approx(best.val_loss, rel=1e-6)


def test_a_test_share_is_tested_and_never_trained_on(tmp_path, experiment: Experiment):
    run, events = performed(tmp_path, experiment, test=None, test_share=0.25, validation=0.2)
    assert only(events, Started)[0].images == TRAINING_ROWS * 0.75 * 0.8
    evaluation, predictions = read_evaluation(run.evaluation_file), read_predictions(run.predictions_file)
    assert (evaluation.part, len(predictions.rows)) == ("test", TRAINING_ROWS / 4)
    labels = open_data(run.experiment().data).train.labels
    np.testing.assert_array_equal(predictions.labels, labels[predictions.rows])
    assert score_run(run) == evaluation


def test_class_weights_are_in_the_training_loss_and_not_in_the_validation_loss(tmp_path, experiment: Experiment):
    weighted = ", ".join(f"{digit}=4" for digit in range(10))  # four times every loss is four times the mean
    still = cast(Experiment, replace(experiment, training=replace(experiment.training, epochs=1, batch_size=1000)))
    _, plain = performed(tmp_path, still)
    run, events = performed(tmp_path, still, class_weights=weighted)
    ours, theirs = only(events, EpochEnd)[0], only(plain, EpochEnd)[0]
    assert ours.loss == pytest.approx(4 * theirs.loss, rel=1e-5)  # of the first weights, before the only step
    trained, opened = read_model_weights(run.weights_file), open_data(run.experiment().data)
    assert opened.test
    whole = examples(opened.test.images, opened.test.labels, trained.about.scaling, torch.device("cpu"))
    unweighted = evaluate(trained.network, whole, torch.arange(TEST_ROWS), Criterion("categorical_crossentropy"))
    assert read_evaluation(run.evaluation_file).loss == pytest.approx(unweighted.loss / TEST_ROWS)
    assert ours.val_loss == pytest.approx(theirs.val_loss, rel=1e-3)  # Adam's step is the same for a scaled gradient


def test_a_model_keeps_how_pictures_were_read_and_predicts_from_a_flat_table_too(tmp_path, experiment: Experiment):
    run, _ = performed(tmp_path, experiment, scale="standard")
    trained = read_model_weights(run.weights_file)
    assert trained.about.reading.size == (28, 28)
    assert trained.about.reading.colour == "grey"
    opened = open_data(run.experiment().data)
    assert opened.test
    flat = predict_images(trained, opened.test.images)
    np.testing.assert_array_equal(flat, predict_images(trained, opened.test.images.reshape(-1, 28, 28, 1)))
    np.testing.assert_allclose(flat, read_predictions(run.predictions_file).probabilities, atol=1e-6)


def test_a_signal_is_heeded_while_data_is_read(tmp_path, few_digits: Data, experiment: Experiment):
    class SignalledWhileReading(Attention):
        def look(self) -> None:
            super().look()
            self._on_signal(SIGTERM, None)

    images = tmp_path / "images.tsv"  # of an own content, so that nothing of it is in the cache
    images.write_bytes(Path(few_digits.train.images).read_bytes().replace(b"\t0\t", b"\t1\t"))
    absent = replace(few_digits.train, images=str(tmp_path / "absent.tsv"))
    data = replace(few_digits, train=replace(few_digits.train, images=str(images)), test=absent)
    run = create_run(tmp_path, replace(experiment, data=data))
    with pytest.raises(Interrupted):  # before the second source was missed
        perform(run, SignalledWhileReading(run), print)
