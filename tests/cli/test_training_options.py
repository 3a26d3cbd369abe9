"""Every setting of a training is an option; a run is set while it works; folds are trained one after the other."""

import json

import pytest
from msgspec.structs import replace

from cnn_tui.cli.main import run as run_command
from cnn_tui.runs.control import Wish, asked, forget, wish_for
from cnn_tui.runs.run import create_run
from cnn_tui.spec.experiment import Experiment, dump_experiment, read_experiment
from cnn_tui.spec.optimizers import SGD, AdamW
from cnn_tui.spec.schedules import Cosine, EarlyStopping, Plateau
from cnn_tui.spec.training import Training


def exported(tmp_path, experiment: Experiment, *options: str) -> Training:
    source, out = tmp_path / "given.json", tmp_path / "asked.json"
    source.write_text(dump_experiment(experiment))
    assert run_command(["train", str(source), *options, "--export-experiment", str(out)]) == 0
    return read_experiment(out).training


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        (["--optimizer", "sgd", "--momentum", "0.9", "--nesterov"], {"optimizer": SGD(momentum=0.9, nesterov=True)}),
        (["--optimizer", "sgd(0.1, momentum=0.5)"], {"optimizer": SGD(learning_rate=0.1, momentum=0.5)}),
        (
            ["--optimizer", "adamw", "--learning-rate", "0.01", "--weight-decay", "0.1"],
            {"optimizer": AdamW(learning_rate=0.01, weight_decay=0.1)},
        ),
        (["--schedule", "cosine(alpha=0.1)", "--warmup", "2"], {"schedule": Cosine(alpha=0.1), "warmup": 2.0}),
        (["--schedule", "plateau(0.5, 3)"], {"schedule": Plateau(factor=0.5, patience=3)}),
        (["--early-stopping", "3"], {"early_stopping": EarlyStopping(patience=3)}),
        (
            ["--early-stopping", "patience=3, monitor=loss"],
            {"early_stopping": EarlyStopping(patience=3, monitor="loss")},
        ),
        (
            ["--loss", "kld", "--metrics", "auc,top_k"],
            {"loss": "kullback_leibler_divergence", "metrics": ("auc", "top_k_categorical_accuracy")},
        ),
        (
            ["--primary-scoring", "f1_macro", "--secondary-scoring", "precision_wighted, roc_auc_ovr"],
            {"primary_scoring": "f1_macro", "secondary_scoring": ("precision_weighted", "roc_auc_ovr")},
        ),
        (["--label-smoothing", "0.1", "--csv-log"], {"label_smoothing": 0.1, "csv_log": True}),
    ],
)
def test_an_option_is_the_setting(tmp_path, experiment: Experiment, options, settings):
    assert exported(tmp_path, experiment, *options) == replace(experiment.training, **settings)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--optimizer", "adan"], 'optimizer is "adan". Did you mean "adam"?'),
        (["--rho", "0.9"], 'the optimizer adam: has no setting "rho"'),
        (["--schedule", "cosine(2)"], "alpha 2 is more than 1"),
        (["--metrics", "acuracy"], 'Did you mean "accuracy"?'),
        (["--primary-scoring", "roc_auc"], "roc_auc is for two classes, and there are 10. Use roc_auc_ovr."),
        (["--secondary-scoring", "f1_samples"], "Use f1_macro."),
        (["--secondary-scoring", "r2"], "r2 is for numbers, and the labels are classes"),
        (["--tensorboard"], "pip install 'cnn-tui[tensorboard]'"),
    ],
)
def test_a_mistake_is_said_before_anything_is_trained(tmp_path, experiment: Experiment, capsys, options, sentence):
    source = tmp_path / "given.json"
    source.write_text(dump_experiment(experiment))
    assert run_command(["train", str(source), "--runs", str(tmp_path / "runs"), *options]) == 1
    assert sentence in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "runs").exists()


def test_what_is_set_waits_for_the_trainer_and_is_checked(tmp_path, experiment: Experiment, capsys):
    run = create_run(tmp_path, experiment, "one")
    assert run_command(["set", str(run.path), "--learning-rate", "0.5", "--epochs", "7"]) == 0
    assert "when the run is resumed" in capsys.readouterr().out
    assert asked(run).wish == asked(run).wish == Wish(learning_rate=0.5, epochs=7)
    forget(run)
    assert asked(run).wish == Wish()
    assert run_command(["set", str(run.path), "--learning-rate", "-1"]) == 1
    assert "learning_rate -1 is not above 0" in capsys.readouterr().err
    assert run_command(["set", str(run.path)]) == 1
    assert "nothing to set" in capsys.readouterr().err


@pytest.mark.parametrize("text", [b"", b"nan", b"-1", b"1e400", b"0.5" + b"0" * 100, b"\xff\xfe", b"import os"])
def test_a_setting_that_is_none_is_taken_away_unread(tmp_path, experiment: Experiment, text):
    run = create_run(tmp_path, experiment)
    (run.control_folder / "learning_rate").write_bytes(text)
    assert asked(run).wish == Wish()
    assert not (run.control_folder / "learning_rate").exists()


def test_the_last_wish_counts(tmp_path, experiment: Experiment):
    run = create_run(tmp_path, experiment)
    wish_for(run, Wish(learning_rate=0.1, epochs=3))
    wish_for(run, Wish(learning_rate=0.2))
    assert asked(run).wish == Wish(learning_rate=0.2, epochs=3)


def test_every_fold_is_trained_and_the_scores_have_a_mean_and_a_deviation(tmp_path, experiment: Experiment, capsys):
    source = tmp_path / "given.json"
    plan = replace(experiment.training, epochs=1, device="cpu")
    source.write_text(dump_experiment(replace(experiment, training=plan)))
    words = ["cross-validate", str(source), "--folds", "2", "--runs", str(tmp_path / "runs"), "--json"]
    assert run_command(words) == 0
    document = json.loads(capsys.readouterr().out)
    first, second = (fold["scores"]["accuracy"] for fold in document["folds"])
    assert document["scores"]["accuracy"]["mean"] == pytest.approx((first + second) / 2)
    assert document["scores"]["accuracy"]["deviation"] == pytest.approx(abs(first - second) / 2**0.5)
    assert sum(fold["images"] for fold in document["folds"]) == 400
