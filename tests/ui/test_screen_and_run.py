"""What the screens refuse a run refuses, with the same sentence; and what passes on the screens can be started."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cnn_tui.cli.experiments import make_run
from cnn_tui.data.dataset import look_into
from cnn_tui.data.find import find_data
from cnn_tui.data.statistics import describe
from cnn_tui.engine.attention import Attention
from cnn_tui.engine.job import perform
from cnn_tui.engine.trial import make_trial
from cnn_tui.errors import UserError
from cnn_tui.runs.run import create_run
from cnn_tui.spec.data import Data
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.layers import Activation, Dense, Flatten, Reshape
from cnn_tui.spec.losses import OF_CLASSES, OF_NUMBERS
from cnn_tui.spec.model import Model
from cnn_tui.spec.schedules import EarlyStopping, Plateau
from cnn_tui.spec.training import Training
from cnn_tui.ui.session import Session
from tests.discs import write_discs


@pytest.fixture(scope="module")
def known(few_digits: Data, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Data]:
    folder = tmp_path_factory.mktemp("numbers")
    write_discs(folder / "one", train=60, test=20)
    write_discs(folder / "three", train=60, test=20, numbers=3)
    return {"digits": few_digits, "one": find_data([folder / "one"]), "three": find_data([folder / "three"])}


def on_the_screen(experiment: Experiment) -> str:
    """What keeps a session from being trained, when its data has been read as the service reads it."""
    session = Session(model=experiment.model, data=experiment.data, training=experiment.training)
    assert session.files
    try:
        session = replace(session, report=describe(look_into(session.files)))
    except UserError as error:
        return error.sentence
    return session.problems[0].sentence if session.problems else ""


def at_the_start(experiment: Experiment, folder: Path) -> str:
    try:
        make_run(experiment, folder, "")
    except UserError as error:
        return error.sentence
    return ""


def network(shape: tuple[int, ...], units: int, activation: str, behind: str = "") -> Model:
    layers: tuple[Any, ...] = (Dense(units=units, activation=activation),)
    return Model(shape, (*layers, Activation(activation=behind)) if behind else layers)


def asked(known: dict[str, Data], which: str, model: Model | None = None, **given: Any) -> Experiment:
    """An experiment on one of the data sets; settings of the data and of the training by their names."""
    of_data = {name: value for name, value in given.items() if name in Data.__struct_fields__}
    of_training = {name: value for name, value in given.items() if name not in of_data}
    usual = {"digits": network((784,), 10, "softmax"), "one": network((256,), 1, "linear")}
    usual["three"] = network((256,), 3, "linear")
    data = replace(known[which], **of_data)
    return Experiment(data=data, model=model or usual[which], training=Training(**of_training))


CASES: list[tuple[str, Model | None, dict[str, Any], str]] = [
    ("digits", None, {}, ""),
    ("one", None, {"loss": "mean_squared_error"}, ""),
    ("three", None, {"loss": "huber"}, ""),
    ("one", None, {"loss": "poisson", "targets": "numbers"}, ""),
    ("digits", None, {"loss": "mean_squared_error", "targets": "classes"}, ""),
    ("one", None, {}, "is not a class. Classes are whole numbers or words; say --targets numbers"),
    ("three", None, {}, "is not one-hot, nor is any other row"),
    ("one", None, {"targets": "numbers"}, "has the loss categorical_crossentropy, which is for classes"),
    ("digits", None, {"loss": "mean_squared_error"}, "gives 10 values but the data has 1 number a label"),
    ("one", network((256,), 2, "linear"), {"loss": "mean_squared_error"}, "gives 2 values but the data has 1 number"),
    ("one", network((256,), 1, "softmax"), {"loss": "mean_squared_error"}, "ends with softmax, which gives shares"),
    ("three", network((256,), 3, "relu", "softmax"), {"loss": "huber"}, "ends with softmax"),
    ("digits", network((784,), 10, "linear"), {}, "needs probabilities"),
    ("one", Model((256,), (Reshape(target_shape=(16, 16, 1)),)), {"loss": "huber"}, "gives 16x16x1 values"),
    ("one", Model((256,), (Flatten(),)), {"loss": "huber"}, "gives 256 values"),
    ("one", None, {"loss": "huber", "metrics": ("auc",)}, "has the metric auc, which is for classes"),
    ("one", None, {"loss": "huber", "early_stopping": EarlyStopping(monitor="val_accuracy")}, "is not computed"),
    ("one", None, {"loss": "huber", "validation": 0.0, "schedule": Plateau()}, "no rows are held out"),
    ("one", None, {"loss": "huber", "primary_scoring": "f1_macro"}, "f1_macro is for classes"),
    ("three", None, {"loss": "huber", "primary_scoring": "max_error"}, "for one number an image, and there are 3"),
    ("digits", None, {"primary_scoring": "r2"}, "r2 is for numbers"),
    ("one", None, {"loss": "huber", "split": "stratified"}, "cannot be split evenly by class"),
    ("one", None, {"loss": "huber", "first_per_class": 3}, "there are no classes"),
    ("one", None, {"loss": "huber", "class_weights": "balanced"}, "no classes to weigh"),
    ("digits", None, {"class_weights": "12=3"}, 'there is no class "12"'),
    ("digits", None, {"class_weights": "five"}, "is not a class and its weight"),
    ("digits", None, {"folds": 3, "fold": 4}, "there is no fold 4 of 3"),
    ("digits", None, {"test_share": 0.2}, "there are images for the test already"),
    ("digits", None, {"split": "group"}, "there are no groups to split by"),
    ("digits", None, {"label_smoothing": 0.1, "loss": "hinge"}, "smooths labels"),
]


@pytest.mark.parametrize(("which", "model", "given", "sentence"), CASES, ids=[str(at) for at in range(len(CASES))])
def test_the_screen_and_the_run_say_the_same(tmp_path: Path, known, which, model, given, sentence: str):
    experiment = asked(known, which, model, **given)
    seen = on_the_screen(experiment)
    assert sentence in seen
    assert bool(sentence) == bool(seen)
    assert at_the_start(experiment, tmp_path) == seen
    for begin in (make_trial, lambda asked: perform(run := create_run(tmp_path, asked), Attention(run), print)):
        if seen:  # what tries some steps, and the trainer itself
            with pytest.raises(UserError) as refused:
                begin(experiment)
            assert refused.value.sentence == seen


@settings(max_examples=60)
@given(
    which=st.sampled_from(["digits", "one", "three"]),
    units=st.sampled_from([1, 3, 10]),
    ending=st.sampled_from(["linear", "softmax", "sigmoid", "relu"]),
    loss=st.sampled_from(sorted({*OF_CLASSES, *OF_NUMBERS, "hinge", "poisson", "kullback_leibler_divergence"})),
    targets=st.sampled_from(["auto", "classes", "numbers"]),
    metrics=st.sampled_from([(), ("accuracy",), ("r2_score",), ("auc", "mean_squared_error")]),
    split=st.sampled_from(["in order", "shuffled", "stratified", "group"]),
    monitor=st.sampled_from([None, "val_loss", "val_accuracy", "r2_score"]),
    weights=st.sampled_from(["none", "balanced", "1=2"]),
)
def test_whatever_is_set_the_screen_and_the_run_say_the_same(
    tmp_path_factory, known, which, units, ending, loss, targets, metrics, split, monitor, weights
):
    experiment = asked(
        known,
        which,
        network((784,) if which == "digits" else (256,), units, ending),
        loss=loss,
        targets=targets,
        metrics=metrics,
        split=split,
        early_stopping=EarlyStopping(monitor=monitor) if monitor else None,
        class_weights=weights,
    )
    assert at_the_start(experiment, tmp_path_factory.mktemp("runs")) == on_the_screen(experiment)
