"""Several processes train the network of one: same weights, same counts, also when one is killed, or all are ended."""

import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
from msgspec.structs import asdict, replace
from numpy.testing import assert_allclose
from safetensors.numpy import load_file

from cnn_tui.results.evaluation import read_evaluation
from cnn_tui.runs.control import ask
from cnn_tui.runs.events import EpochEnd, Finished, Paused, Phase, Started, read_events
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import Run, create_run
from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Source
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.layers import BatchNormalization, Conv2D, Dropout
from cnn_tui.spec.optimizers import SGD
from tests.conftest import with_training

PATIENCE_SECONDS = 180
ENDING_SECONDS = 5.0


@pytest.fixture(scope="module")
def asked(experiment: Experiment) -> Experiment:
    """Normalized by the batch and without dropout; batches that divide neither over two nor over four, nor the rows.

    By small steps down the gradient: Adam, and a high rate, make large differences of the roundings of sums.
    """
    layers = [one for one in experiment.model.layers if not isinstance(one, Dropout)]
    layers.insert(2, BatchNormalization())
    plain = replace(experiment, model=replace(experiment.model, layers=tuple(layers)))
    settings = {"epochs": 2, "batch_size": 21, "precision": "fp32", "metrics": ("auc", "mean_squared_error")}
    return with_training(plain, optimizer=SGD(learning_rate=0.003), **settings)


@pytest.fixture(scope="module")
def alone(asked: Experiment, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return trained(create_run(tmp_path_factory.mktemp("alone"), asked), 1)


def trained(run: Run, processes: int) -> Run:
    assert launch(run, processes).wait(PATIENCE_SECONDS) == 0
    return run


def ends(run: Run) -> list[dict]:
    timed = ("seconds", "images_per_second", "elapsed")
    ends = [asdict(one) for one in run.history().epochs]
    flat = [one | one["metrics"] | {f"val_{name}": held for name, held in one["val_metrics"].items()} for one in ends]
    return [{name: held for name, held in one.items() if name not in timed and "metrics" not in name} for one in flat]


def assert_same(run: Run, alone: Run) -> None:
    assert run.history().state == "done"
    assert [end["val_accuracy"] for end in ends(run)] == [end["val_accuracy"] for end in ends(alone)]
    assert [end["accuracy"] for end in ends(run)] == [end["accuracy"] for end in ends(alone)]
    for ours, theirs in zip(ends(run), ends(alone), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-5)
    ours, theirs = load_file(run.weights_file), load_file(alone.weights_file)
    for name, weights in theirs.items():
        assert_allclose(ours[name], weights, rtol=0, atol=1e-5, err_msg=name)
    assert run.matrices_file.read_bytes() == alone.matrices_file.read_bytes()
    assert read_evaluation(run.evaluation_file).confusion == read_evaluation(alone.evaluation_file).confusion


def test_two_processes_train_the_network_of_one(asked: Experiment, alone: Run, tmp_path: Path):
    run = trained(create_run(tmp_path, asked), 2)
    assert_same(run, alone)
    assert (run.machine()["processes"], run.machine()["team"]) == (2, 2)
    assert sum(isinstance(event, EpochEnd) for event in read_events(run.events_file)[0]) == 2


def test_four_processes_of_which_one_is_killed_end_as_one(asked: Experiment, alone: Run, tmp_path: Path):
    run = create_run(tmp_path, asked)
    process = launch(run, 4)
    until(run, lambda event: isinstance(event, Phase) and event.name == "training")
    ask(run, "pause")
    until(run, lambda event: isinstance(event, Paused))
    workers = psutil.Process(process.pid).children()
    assert len(workers) == 4
    leader = run.pid
    next(one for one in workers if one.pid != leader).send_signal(signal.SIGKILL)
    assert process.wait(PATIENCE_SECONDS) == 0
    assert_same(run, alone)
    starts = [event for event in read_events(run.events_file)[0] if isinstance(event, Started)]
    assert len(starts) == 2
    assert starts[1].step > 0  # from the checkpoint that the pause has made


def test_a_team_that_is_ended_again_and_again_saves_and_leaves_each_time_and_ends_as_one(
    asked: Experiment, alone: Run, tmp_path: Path
):
    run = create_run(tmp_path, asked)
    process = launch(run, 2)
    until(run, lambda event: isinstance(event, Phase) and event.name == "reading data")
    assert_ends(run, process)  # while torch is imported, or while one waits for the other
    assert not found(run)
    process = launch(run, 2)
    until(run, lambda event: isinstance(event, Phase) and event.name == "training")
    ask(run, "pause")
    until(run, lambda event: isinstance(event, Paused))
    assert_ends(run, process)
    assert found(run)
    assert run.was_saved_by_signal
    assert launch(run).wait(PATIENCE_SECONDS) == 0  # as many as before
    assert_same(run, alone)
    assert run.machine()["team"] == 2


@pytest.mark.parametrize("phase", ["training", "validating"])
def test_a_team_at_work_saves_and_leaves_when_it_is_ended(phase: str, asked: Experiment, tmp_path: Path):
    run = create_run(tmp_path, with_training(asked, epochs=1_000))
    process = launch(run, 2)
    until(run, lambda event: isinstance(event, Phase) and event.name == phase)
    assert_ends(run, process)
    assert found(run)
    assert run.was_saved_by_signal


def test_a_team_does_not_wait_for_the_end_of_a_long_validation(asked: Experiment, tmp_path: Path):
    digits = [str(shipped(f"sample_data/digits/{kind}_train.tsv.gz")) for kind in "Xy"]
    validate = Source(images=digits[0], labels=digits[1])
    layers = [replace(one, filters=96) if isinstance(one, Conv2D) else one for one in asked.model.layers]
    long = replace(
        with_training(asked, epochs=1, batch_size=20, metrics=()),
        data=replace(asked.data, validate=validate, validation=0.0),
        model=replace(asked.model, layers=tuple(layers)),
    )
    run = create_run(tmp_path, long)
    process = launch(run, 2)
    until(run, lambda event: isinstance(event, Phase) and event.name == "validating")
    assert_ends(run, process)
    events = read_events(run.events_file)[0]
    (started,) = (event for event in events if isinstance(event, Started))
    assert not any(isinstance(event, EpochEnd) for event in events)
    assert found(run)[-1].name == f"epoch-0000-step-{started.steps:06}"
    assert launch(run).wait(PATIENCE_SECONDS) == 0
    events = read_events(run.events_file)[0]
    assert sum(isinstance(event, EpochEnd) for event in events) == 1
    assert [event.step for event in events if isinstance(event, Started)] == [0, started.steps]


def test_a_team_that_is_asked_to_stop_keeps_its_best_weights_tests_them_and_leaves(asked: Experiment, tmp_path: Path):
    run = create_run(tmp_path, with_training(asked, epochs=1_000))
    process = launch(run, 2)
    until(run, lambda event: isinstance(event, Phase) and event.name == "training")
    workers = psutil.Process(process.pid).children()
    asked_at = time.monotonic()
    ask(run, "stop")
    assert process.wait(PATIENCE_SECONDS) == 0
    assert time.monotonic() - asked_at < ENDING_SECONDS
    assert not any(one.is_running() for one in workers)
    assert run.history().state == "stopped"
    assert run.weights_file.exists()


def assert_ends(run: Run, process: subprocess.Popen[bytes]) -> None:
    """Asks torchrun to end: all have gone soon, and the run says that it was interrupted."""
    all_of_them = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    begun = time.monotonic()
    process.terminate()
    process.wait(PATIENCE_SECONDS)
    assert time.monotonic() - begun < ENDING_SECONDS
    assert not any(one.is_running() for one in all_of_them)
    assert not run.is_running
    assert run.history().state == "interrupted", run.history().text
    assert isinstance(read_events(run.events_file)[0][-1], Finished)


def found(run: Run) -> list[Path]:
    return sorted(run.checkpoints_folder.glob("epoch-*"))


def until(run: Run, is_it) -> None:
    """Returns when such an event has come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any(map(is_it, read_events(run.events_file)[0])):
        assert time.monotonic() < deadline
        time.sleep(0.01)  # a busy wait would take a core from the trainers
