"""Labels that are numbers: read, split, learned, scored; and said where something needs classes."""

import json
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from cnn_tui.cli.main import run as run_command
from cnn_tui.data.dataset import open_data
from cnn_tui.data.parts import split
from cnn_tui.engine.attention import Attention
from cnn_tui.engine.job import perform
from cnn_tui.engine.model_weights import read_model_weights
from cnn_tui.engine.predict import predict_images
from cnn_tui.errors import UserError
from cnn_tui.results.evaluation import read_predictions
from cnn_tui.results.final_scores import read_final_scores
from cnn_tui.runs.events import EpochEnd, Event
from cnn_tui.runs.run import create_run
from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.experiment import Experiment, data_meant, dump_experiment, read_experiment
from cnn_tui.spec.layers import Dense
from cnn_tui.spec.model import Model
from cnn_tui.spec.optimizers import Adam
from cnn_tui.spec.training import Training

ROWS, PIXELS = 200, 6
NETWORK = Model((PIXELS,), (Dense(units=16, activation="relu"), Dense(units=2)), "numbers")


@pytest.fixture(scope="module")
def true() -> np.ndarray:
    random = np.random.default_rng(5)
    images = random.integers(0, 256, (ROWS, PIXELS)).astype(float)
    targets = np.column_stack([images @ random.normal(size=PIXELS) / 256, images.mean(axis=1) / 100 - 1.25])
    return np.concatenate([images, targets], axis=1)


@pytest.fixture
def files(tmp_path: Path, true: np.ndarray) -> Data:
    np.savetxt(tmp_path / "X.tsv", true[:, :PIXELS], fmt="%d", delimiter="\t")
    header = "slope\tmean"
    np.savetxt(tmp_path / "y.tsv", true[:, PIXELS:], fmt="%.6f", delimiter="\t", header=header, comments="")
    return Data(train=Source(images=str(tmp_path / "X.tsv"), labels=str(tmp_path / "y.tsv")), scale="unit")


@pytest.fixture
def asked(files: Data) -> Experiment:
    training = Training(
        loss="mean_squared_error",
        epochs=25,
        batch_size=20,
        metrics=("mean_absolute_error", "r2_score"),
        optimizer=Adam(learning_rate=0.02),
    )
    return Experiment(data=files, model=NETWORK, training=training)


def numbers(data: Data) -> np.ndarray:
    return open_data(replace(data, targets="numbers")).train.labels


def test_a_table_of_numbers_is_read_with_the_names_of_its_columns(files: Data, true):
    opened = open_data(replace(files, targets="numbers"))
    assert opened.train.labels.dtype == np.float32
    np.testing.assert_allclose(opened.train.labels, true[:, PIXELS:], atol=1e-5)
    assert (opened.train.classes, opened.train.targets) == (("slope", "mean"), 2)


def test_one_of_its_columns_can_be_chosen(files: Data, true):
    np.testing.assert_allclose(numbers(replace(files, label_column="mean"))[:, 0], true[:, -1], atol=1e-5)


def test_numbers_in_the_table_of_images_are_not_pixels(tmp_path, true):
    np.savetxt(tmp_path / "all.csv", true, fmt="%.6f", delimiter=",")
    data = Data(train=Source(images=str(tmp_path / "all.csv")), label_column="7-8", targets="numbers")
    opened = open_data(data)
    np.testing.assert_allclose(opened.train.labels, true[:, PIXELS:], atol=1e-5)
    np.testing.assert_allclose(opened.train.images, true[:, :PIXELS])


@pytest.mark.parametrize("columns", [1, 2])
def test_arrays_of_numbers_are_read(tmp_path, files: Data, true, columns):
    values = true[:, PIXELS : PIXELS + columns]
    np.save(tmp_path / "y.npy", values[:, 0] if columns == 1 else values)
    data = replace(files, train=replace(files.train, labels=str(tmp_path / "y.npy")))
    np.testing.assert_allclose(numbers(data), values, rtol=1e-6)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("1.5\tfive", "line 3: column 2"),
        ("1.5\t", "line 3: column 2"),
        ("1.5", "line 3"),
        ("1.5\tnan", "line 3: column 2"),
    ],
)
def test_what_is_no_number_is_said_with_its_line(tmp_path, files: Data, line, sentence):
    (tmp_path / "y.tsv").write_text("slope\tmean\n1.0\t2.0\n" + line + "\n3.0\t4.0\n")
    with pytest.raises(UserError, match=sentence):
        numbers(files)


def test_another_number_of_rows_is_said(tmp_path, files: Data):
    (tmp_path / "y.tsv").write_text("1.0\t2.0\n")
    with pytest.raises(UserError, match=r"1 label but X\.tsv has 200 rows"):
        numbers(files)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"split": "stratified"}, "cannot be split evenly by class"),
        ({"first_per_class": 3}, "there are no classes"),
        ({"class_weights": "balanced"}, "no classes to weigh"),
    ],
)
def test_what_needs_classes_is_refused(files: Data, settings, sentence):
    data = replace(files, targets="numbers", **settings)
    with pytest.raises(UserError, match=sentence):
        split(open_data(data), data, 0)


def test_the_loss_says_what_labels_are_unless_the_data_does(asked: Experiment):
    assert data_meant(asked).targets == "numbers"
    by_class = replace(asked, training=replace(asked.training, loss="categorical_crossentropy"))
    assert data_meant(by_class).targets == "classes"
    assert data_meant(replace(asked, data=replace(asked.data, targets="classes"))).targets == "classes"


def test_numbers_are_learned_and_scored(tmp_path, asked: Experiment):
    run = create_run(tmp_path, asked)
    said: list[Event] = []
    assert perform(run, Attention(run), said.append).how == "done"
    ends = [event for event in said if isinstance(event, EpochEnd)]
    assert ends[-1].accuracy is ends[-1].val_accuracy is None
    assert ends[-1].val_metrics["r2_score"] > 0.9
    best = min(ends, key=lambda end: end.val_loss)
    found, predictions = read_final_scores(run.scores_file), read_predictions(run.predictions_file)
    assert (found.primary, found.targets, found.images) == ("r2", ("slope", "mean"), ROWS // 5)
    assert found.loss == pytest.approx(best.val_loss, rel=1e-5)
    assert found.loss == pytest.approx(found.scores["mean_squared_error"], rel=1e-5)
    assert found.scores["r2"] == pytest.approx(best.val_metrics["r2_score"], rel=1e-4)
    trained = read_model_weights(run.weights_file)
    assert trained.about.numbers
    answers = predict_images(trained, open_data(data_meant(asked)).train.images[predictions.rows])
    np.testing.assert_allclose(answers, predictions.probabilities, rtol=1e-5, atol=1e-5)


def test_a_single_number_is_learned_and_predicted(tmp_path, asked: Experiment):
    data = replace(asked.data, label_column="slope")
    model = Model((PIXELS,), (Dense(units=1),), "one")
    run = create_run(tmp_path, Experiment(data=data, model=model, training=asked.training))
    assert perform(run, Attention(run), print).how == "done"
    found = read_final_scores(run.scores_file)
    assert (found.targets, found.scores["r2"] > 0.9) == (("slope",), True)
    answers = predict_images(read_model_weights(run.weights_file), open_data(data_meant(run.experiment())).train.images)
    assert answers.shape == (ROWS, 1)


def test_the_command_line_trains_on_numbers_and_tells_the_scores(tmp_path, asked: Experiment, capsys):
    path = tmp_path / "asked.json"
    path.write_text(dump_experiment(asked))
    words = ["train", str(path), "--runs", str(tmp_path / "runs"), "--epochs", "2", "--json", "--device", "cpu"]
    assert run_command([*words, "--secondary-scoring", "neg_mean_absolute_error"]) == 0
    *epochs, document = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert set(epochs[0]) >= {"loss", "val_loss", "mean_absolute_error", "val_r2_score", "learning_rate"}
    assert document["primary_scoring"] == "r2"
    assert set(document["scores"]) == {"r2", "mean_squared_error", "mean_absolute_error", "neg_mean_absolute_error"}
    assert document["scores"]["neg_mean_absolute_error"] == -document["scores"]["mean_absolute_error"]

    assert run_command(["evaluate", document["run"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["scores"] == document["scores"]
    out = tmp_path / "predicted.tsv"
    assert run_command(["predict", document["run"], asked.data.train.images, "-o", str(out)]) == 0
    header, *rows = out.read_text().splitlines()
    assert (header, len(rows), len(rows[0].split("\t"))) == ("slope\tmean", ROWS, 2)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--loss", "binary_crossentropy", "--targets", "numbers"], "is for classes, but the labels are numbers"),
        (["--metrics", "auc"], "has the metric auc, which is for classes"),
        (["--primary-scoring", "f1_macro"], "f1_macro is for classes, and the labels are numbers. Use r2"),
        (["--early-stopping", "patience=2, monitor=val_accuracy"], 'watches "val_accuracy", which is not computed'),
        (["--validation", "0", "--schedule", "plateau"], "watches val_loss, but no rows are held out"),
        (["--clipnorm", "1", "--clipvalue", "1"], "shortens the gradient in 2 ways"),
        (["--label-smoothing", "0.1"], "smooths labels, which the loss mean_squared_error does not take"),
        (["--momentum", "0.9"], 'the optimizer adam: has no setting "momentum"'),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_trained(tmp_path, asked: Experiment, capsys, options, sentence):
    path = tmp_path / "asked.json"
    path.write_text(dump_experiment(asked))
    assert run_command(["train", str(path), "--runs", str(tmp_path / "runs"), *options]) == 1
    assert sentence in capsys.readouterr().err.replace("\n", " ")
    assert not (tmp_path / "runs").exists()


def test_an_experiment_of_numbers_comes_back_from_its_file(tmp_path, asked: Experiment):
    (tmp_path / "asked.json").write_text(dump_experiment(asked))
    assert read_experiment(tmp_path / "asked.json") == asked
