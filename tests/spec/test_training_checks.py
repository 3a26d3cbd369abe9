"""Whether a training, a model's answer and the labels go together, and the ways out that are offered."""

import json

import pytest
from msgspec.structs import replace

from cnn_tui.spec.checks import Around, applied, check
from cnn_tui.spec.layers import Activation, Dense, Softmax
from cnn_tui.spec.make import make
from cnn_tui.spec.model import Model
from cnn_tui.spec.optimizers import SGD, Adam
from cnn_tui.spec.schedules import EarlyStopping, Plateau
from cnn_tui.spec.training import Training


def around(classes: int = 3, targets: int = 0, validates: bool = True, **training: object) -> Around:
    return Around(data_shape=(4,), classes=classes, targets=targets, validates=validates, training=Training(**training))


def ending(*layers: object) -> Model:
    return Model((4,), tuple(layers))


CLASSES = ending(Dense(units=3, activation="softmax"))
ONE = ending(Dense(units=1, activation="sigmoid"))
NUMBERS = ending(Dense(units=2))


@pytest.mark.parametrize(
    ("model", "surroundings"),
    [
        (CLASSES, around()),
        (CLASSES, around(loss="mean_squared_error")),
        (ending(Dense(units=3, activation="sigmoid")), around(loss="binary_crossentropy")),
        (ONE, around(classes=2, loss="binary_crossentropy")),
        (ending(Dense(units=1, activation="tanh")), around(classes=2, loss="hinge")),
        (ending(Dense(units=2)), around(targets=2, loss="mean_squared_error")),
        (ending(Dense(units=2, activation="relu")), around(targets=2, loss="poisson")),
        (CLASSES, around(early_stopping=EarlyStopping(monitor="val_acc"))),
        (CLASSES, around(schedule=Plateau(monitor="loss"), validates=False)),
        (CLASSES, around(metrics=("auc",), early_stopping=EarlyStopping(monitor="val_auc"))),
        (CLASSES, around(primary_scoring="roc_auc_ovr")),
        (ONE, around(classes=2, loss="binary_crossentropy", primary_scoring="roc_auc")),
    ],
)
def test_what_goes_together_has_no_problem(model: Model, surroundings: Around):
    assert check(model, surroundings) == ()


@pytest.mark.parametrize(
    ("model", "surroundings", "sentence"),
    [
        (ONE, around(loss="binary_crossentropy"), "gives 1 values but the data has 3 classes"),
        (ONE, around(classes=2), "gives 1 values but the data has 2 classes"),
        (
            ending(Dense(units=3)),
            around(loss="binary_crossentropy"),
            "Dense #1: ends with linear, but the loss binary_crossentropy needs values from 0 to 1. Use activation sigmoid.",
        ),
        (
            ending(Dense(units=1, activation="softmax")),
            around(classes=2, loss="mean_squared_error"),
            "Dense #1: is the share of one class of one, which is always 1. Use activation sigmoid.",
        ),
        (
            ending(Dense(units=2), Softmax()),
            around(targets=2, loss="huber"),
            "Softmax #2: ends with softmax, which gives shares of one, but the labels are numbers. Use an activation linear instead.",
        ),
        (
            ending(Dense(units=3)),
            around(targets=2, loss="logcosh"),
            "Dense #1: gives 3 values but the data has 2 numbers a label. Use units 2.",
        ),
    ],
)
def test_an_answer_that_does_not_go_with_loss_and_labels_is_mended(model: Model, surroundings: Around, sentence: str):
    problem = check(model, surroundings)[0]
    assert sentence in problem.sentence
    mended = applied(model, problem)
    assert problem not in check(mended, surroundings)


@pytest.mark.parametrize(
    ("surroundings", "setting", "sentence"),
    [
        (
            around(optimizer=SGD(clipnorm=1.0, global_clipnorm=2.0)),
            "global_clipnorm",
            "the training: shortens the gradient in 2 ways: clipnorm and global_clipnorm. Keep one of them: make global_clipnorm 0.",
        ),
        (
            around(loss="hinge", label_smoothing=0.1),
            "label_smoothing",
            "smooths labels, which the loss hinge does not take",
        ),
        (
            around(early_stopping=EarlyStopping(monitor="val_auc")),
            "early_stopping",
            'watches "val_auc", which is not computed. Add auc to the metrics.',
        ),
        (
            around(early_stopping=EarlyStopping(monitor="val_los")),
            "early_stopping",
            'watches "val_los", which is not computed. Did you mean "val_loss"?',
        ),
        (
            around(schedule=Plateau(), validates=False),
            "schedule",
            "watches val_loss, but no rows are held out to watch it",
        ),
        (around(primary_scoring="f1"), "primary_scoring", "f1 is for two classes, and there are 3. Use f1_macro."),
        (around(secondary_scoring=("recall_samples",)), "secondary_scoring", "Use recall_macro."),
        (around(secondary_scoring=("max_error",)), "secondary_scoring", "max_error is for numbers"),
    ],
)
def test_settings_that_make_no_sense_are_named_with_the_way_out(surroundings: Around, setting: str, sentence: str):
    problem = check(CLASSES, surroundings)[0]
    assert problem.field == setting
    assert sentence in problem.sentence


def test_an_experiment_of_before_reads_as_it_was_meant():
    text = """{"optimizer": {"class_name": "Adam", "learning_rate": 0.01, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-07},
    "loss": "categorical_crossentropy", "epochs": 3, "batch_size": 64, "seed": 1, "device": "auto", "precision": "auto"}"""
    expected = Training(optimizer=Adam(learning_rate=0.01), epochs=3, batch_size=64, seed=1)
    assert make(Training, json.loads(text)) == expected


def test_keras_words_for_an_optimizer_are_read():
    nested = {"class_name": "SGD", "config": {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}}
    made = make(Training, {"optimizer": nested})
    assert made.optimizer == SGD(learning_rate=0.1, momentum=0.9, nesterov=True)
    assert replace(made, optimizer=Adam()) == Training()


def test_an_activation_behind_counts_as_the_last_function():
    model = ending(Dense(units=3), Activation(activation="softmax"))
    assert check(model, around()) == ()


@pytest.mark.parametrize(
    ("model", "known", "fine"),
    [
        (NUMBERS, {}, True),  # it may be for numbers
        (CLASSES, {}, True),
        (NUMBERS, {"loss": "categorical_crossentropy"}, False),
        (NUMBERS, {"loss": "mean_squared_error", "targets": 1}, True),
        (CLASSES, {"loss": "mean_squared_error", "targets": 1}, False),
        (CLASSES, {"loss": "mean_squared_error"}, True),  # labels may be said to be classes
    ],
)
def test_a_model_alone_is_checked_with_what_is_known(model: Model, known: dict, fine: bool):
    assert (check(model, **known) == ()) == fine
