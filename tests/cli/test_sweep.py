"""A sweep makes a run for each combination, none twice, and says which was best."""

import json
from pathlib import Path

import pytest

from cnn_tui.cli.pruning import Pruning
from cnn_tui.cli.sweep_queue import Queue, Wanted
from cnn_tui.runs.events import EpochEnd
from cnn_tui.runs.run import create_run, list_runs
from cnn_tui.runs.sweep_overview import SweepOverview
from cnn_tui.runs.sweeps import read_part
from cnn_tui.spec.experiment import Experiment, dump_experiment
from cnn_tui.spec.sweep import combined
from tests.cli.conftest import Said
from tests.conftest import with_training

GRID = ("--grid", "learning_rate=0.003,1e-9", "--grid", "conv2d.kernel_size=3x3,99x99")


def test_a_sweep_makes_every_run_once_and_ranks_them(say: Said, experiment: Experiment, tmp_path: Path):
    asked = with_training(experiment, epochs=1)
    (tmp_path / "asked.json").write_text(dump_experiment(asked))
    begun = create_run(tmp_path / "runs" / "sweep-rates", combined(asked, {"learning_rate": "1e-9"}), "begun")
    words = ("sweep", "asked.json", "--name", "rates", "--at-once", "2", *GRID)
    code, out, err = say(*words, "--json")
    assert code == 0
    document = json.loads(out)
    best, worse, *impossible = document["runs"]
    assert document["settings"] == ["learning_rate", "conv2d.kernel_size"]
    assert best["settings"] == {"learning_rate": "0.003", "conv2d.kernel_size": "3x3"}
    assert (best["state"], worse["state"], worse["run"]) == ("done", "done", str(begun.path))
    assert best["val_accuracy"] > worse["val_accuracy"]
    assert [one["state"] for one in impossible] == ["impossible"] * 2
    assert "kernel 99" in impossible[0]["problem"]
    assert "4/4" in err
    (seen,) = SweepOverview(tmp_path / "runs").look()
    assert seen.settings == ("learning_rate", "conv2d.kernel_size")
    told = [(one.combination, one.line and str(one.line.run.path), one.state) for one in seen.trials]
    assert told == [(one["settings"], one["run"], one["state"]) for one in document["runs"]]
    assert [one.problem for one in seen.trials] == [one["problem"] or "" for one in document["runs"]]
    told = f"sweep-rates: 4 of 4 runs are over, the best val accuracy is {best['val_accuracy']:.4f}. To list them: "
    assert told in say("runs", "--runs", tmp_path / "runs")[1]
    made = {run.name: run.events_file.stat().st_mtime_ns for run in list_runs(begun.path.parent)}
    assert len(made) == 2
    code, out, _ = say(*words)
    assert code == 0
    assert [run.name for run in list_runs(begun.path.parent)] == list(made)
    assert all(run.events_file.stat().st_mtime_ns == made[run.name] for run in list_runs(begun.path.parent))
    assert out.splitlines()[1].split()[:3] == ["1", "0.003", "3x3"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "--grid: nothing varies. Give a setting and its values: --grid learning_rate=0.001,0.01."),
        (("--grid", "epochs=0"), "epochs=0: epochs 0 is less than 1. Use a whole number from 1 to 1,000,000."),
    ],
)
def test_what_cannot_be_swept_leaves_nothing(
    say: Said, experiment: Experiment, tmp_path: Path, words: tuple[str, ...], sentence: str
):
    (tmp_path / "asked.json").write_text(dump_experiment(experiment))
    code, _, err = say("sweep", "asked.json", *words)
    assert (code, err.strip()) == (1, sentence)
    assert not (tmp_path / "runs").exists()


def epochs(*accuracies: float) -> tuple[EpochEnd, ...]:
    known = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "seconds": 1.0, "images_per_second": 1.0}
    return tuple(EpochEnd(epoch=at, val_accuracy=one, **known) for at, one in enumerate(accuracies, start=1))


def test_a_run_far_below_the_median_of_those_done_is_hopeless():
    pytest.importorskip("optuna")
    pruning = Pruning()
    for at, last in enumerate((0.7, 0.8, 0.85, 0.9, 0.95)):
        done = epochs(last - 0.2, last)
        assert not pruning.is_hopeless(f"done-{at}", done[:1])
        pruning.ended(f"done-{at}", done, "done")
    assert not pruning.is_hopeless("good", epochs(0.7))
    assert pruning.is_hopeless("bad", epochs(0.1))
    assert not pruning.is_hopeless("bad", epochs(0.1))  # said once
    pruning.ended("bad", epochs(0.1), "stopped")


class Merciless:
    """Stops every run after its first epoch, as Optuna's rule does with those far below the median."""

    def is_hopeless(self, name: str, epochs: tuple[EpochEnd, ...]) -> bool:
        return bool(epochs)

    def ended(self, name: str, epochs: tuple[EpochEnd, ...], state: str) -> None:
        pass


def test_a_run_that_is_pruned_says_so_ever_after(experiment: Experiment, tmp_path: Path):
    asked = Wanted({"epochs": "5000"}, combined(experiment, {"epochs": "5000"}))
    queue = Queue(tmp_path / "sweep-x", 1, Merciless(), lambda outcome, count: None)
    queue.work([asked])
    (outcome,) = queue.outcomes
    assert outcome.history.state == "stopped"
    assert read_part(outcome.run).pruned
    (sweep,) = SweepOverview(tmp_path).look()
    assert [(one.combination, one.state) for one in sweep.trials] == [({"epochs": "5000"}, "pruned")]
