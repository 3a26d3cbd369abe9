"""Commands that find numbers before a training: they say them and leave no run behind."""

import json
from pathlib import Path

from cnn_tui.cli.rates import drawn
from cnn_tui.spec.experiment import Experiment, dump_experiment
from cnn_tui.spec.rate_curve import rate_curve, trial_rates
from tests.cli.conftest import Said
from tests.conftest import TRAINING_ROWS

LEARNED = TRAINING_ROWS * 4 // 5
"""A fifth watches the training."""


def test_the_command_says_it_and_leaves_no_run(say: Said, experiment: Experiment, tmp_path: Path):
    (tmp_path / "asked.json").write_text(dump_experiment(experiment))
    code, out, _ = say("find-rate", "asked.json", "--json", "--seed", "8")
    document = json.loads(out)
    assert code == 0
    again = rate_curve(tuple(document["rates"]), tuple(document["losses"]), document["diverged"])
    assert (document["suggestion"], document["sentence"]) == (again.suggestion, again.sentence)
    assert [path.name for path in tmp_path.iterdir()] == ["asked.json"]


def test_the_curve_fits_the_terminal_and_what_diverged_does_not_hide_it():
    losses = (*(2 - step / 60 for step in range(90)), *(50.0 * step for step in range(1, 11)))
    lines = drawn(rate_curve(trial_rates(), losses, diverged=True), 80).splitlines()
    assert max(map(len, lines)) <= 80
    assert not any("\x1b" in line for line in lines)
    ends = [float(line.split("┤")[0]) for line in lines if "┤" in line]
    assert 0.5 < ends[-1] < ends[0] < 3.1
    assert "1e-7" in next(line for line in reversed(lines) if line.strip())


def test_the_largest_batch_is_all_of_a_few_digits(say: Said, experiment: Experiment, tmp_path: Path):
    (tmp_path / "asked.json").write_text(dump_experiment(experiment))
    code, out, _ = say("find-batch", "asked.json", "--device", "cpu", "--json")
    found = json.loads(out)
    assert (code, found["batch_size"], found["images"], found["tried"]) == (0, LEARNED, LEARNED, False)
    assert found["free_bytes"] > found["batch_size"] * found["bytes_an_image"]
    assert [path.name for path in tmp_path.iterdir()] == ["asked.json"]


def test_an_estimate_trains_nothing(say: Said, experiment: Experiment, tmp_path: Path):
    (tmp_path / "asked.json").write_text(dump_experiment(experiment))
    code, out, _ = say("train", "asked.json", "--estimate", "--json", "--epochs", "5")
    found = json.loads(out)
    assert (code, found["epochs"], found["steps"], found["images"]) == (0, 5, LEARNED // 20, LEARNED)
    assert found["seconds"] >= 5 * 16 * found["seconds_a_step"] > 0
    assert found["memory_bytes"] > found["arithmetic_bytes"]
    assert [path.name for path in tmp_path.iterdir()] == ["asked.json"]


def test_an_estimate_of_what_cannot_be_trained_says_why(say: Said, experiment: Experiment, tmp_path: Path):
    (tmp_path / "asked.json").write_text(dump_experiment(experiment))
    code, out, err = say("train", "asked.json", "--estimate", "--loss", "mean_squared_error", "--metrics", "accuracy")
    assert (code, out) == (1, "")
    assert "label" in err
