"""Real trainers in processes of their own: watched, told what to do, killed, and gone on from where they were."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from cnn_tui.errors import UserError
from cnn_tui.results.evaluation import read_evaluation, read_predictions
from cnn_tui.runs.control import ask
from cnn_tui.runs.events import Event, Sample, Saved, Started, read_events
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import Run, create_run, list_runs, open_run
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.make import change
from tests.conftest import TEST_ROWS, with_training

PATIENCE_SECONDS, SECONDS_BETWEEN_LOOKS = 120, 0.02


def events_of(run: Run) -> Iterator[Event]:
    """Every event as it comes, until the trainer is gone."""
    offset, deadline = 0, time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        alive = run.is_running
        events, offset = read_events(run.events_file, offset)
        yield from events
        if not alive and not events:
            return
        time.sleep(SECONDS_BETWEEN_LOOKS)  # a busy wait would take a core from the trainer
    raise AssertionError("the trainer takes too long")


def wait_for(run: Run, is_it: Callable[[Event], bool]) -> Event:
    return next(event for event in events_of(run) if is_it(event))


def finish(process: "subprocess.Popen[bytes]") -> int:
    return process.wait(PATIENCE_SECONDS)


def newest_checkpoint(run: Run) -> dict[str, bytes]:
    """The numbers of the last checkpoint: weights and moments."""
    newest = max(run.checkpoints_folder.glob("epoch-*"))  # of fewer than 10,000 epochs
    return {name: (newest / name).read_bytes() for name in ("model.safetensors", "optimizer.safetensors")}


def is_in_second_epoch(event: Event) -> bool:
    return isinstance(event, Sample) and event.epoch >= 2


@pytest.fixture
def longer(experiment: Experiment) -> Experiment:
    """Long enough to be caught at work: epochs of some hundred steps."""
    return with_training(experiment, batch_size=1, epochs=3)


@pytest.fixture(scope="module")
def whole(experiment: Experiment, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that nobody disturbed, of the experiment `longer`."""
    run = create_run(tmp_path_factory.mktemp("whole"), with_training(experiment, batch_size=1, epochs=3))
    assert finish(launch(run)) == 0
    return run


def test_a_run_leaves_everything_that_a_viewer_needs(whole: Run):
    history = whole.history()
    assert history.state == "done"
    assert [epoch.epoch for epoch in history.epochs] == [1, 2, 3]
    assert history.best is not None
    evaluation = read_evaluation(whole.evaluation_file)
    assert evaluation.part == "test"
    assert evaluation.confusion.images == TEST_ROWS
    predictions = read_predictions(whole.predictions_file)
    right = (predictions.probabilities.argmax(axis=1) == predictions.labels).sum()
    assert right == evaluation.confusion.correct
    machine = whole.machine()
    assert machine["precision_reason"]
    assert not whole.is_running
    assert whole.pid is None


def test_only_the_owner_can_read_a_run(whole: Run):
    assert stat.S_IMODE(whole.path.stat().st_mode) == 0o700


def test_the_same_experiment_gives_the_same_numbers(whole: Run, longer: Experiment, tmp_path: Path):
    again = create_run(tmp_path, longer)
    finish(launch(again))
    assert newest_checkpoint(again) == newest_checkpoint(whole)
    assert [epoch.loss for epoch in again.history().epochs] == [epoch.loss for epoch in whole.history().epochs]


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_a_run_that_was_ended_goes_on_like_one_that_was_not(end: str, whole: Run, longer: Experiment, tmp_path: Path):
    run = create_run(tmp_path, longer)
    process = launch(run)
    wait_for(run, is_in_second_epoch)
    getattr(process, end)()
    finish(process)
    assert run.history().state == "interrupted"
    finish(launch(run))
    history = run.history()
    assert history.state == "done"
    assert newest_checkpoint(run) == newest_checkpoint(whole)
    assert [(epoch.loss, epoch.val_loss) for epoch in history.epochs] == [
        (epoch.loss, epoch.val_loss) for epoch in whole.history().epochs
    ]
    assert run.evaluation_file.read_bytes() == whole.evaluation_file.read_bytes()


def test_sigterm_saves_in_the_middle_of_an_epoch(longer: Experiment, tmp_path: Path):
    run = create_run(tmp_path, longer)
    process = launch(run)
    wait_for(run, is_in_second_epoch)
    process.terminate()
    assert finish(process) == 143
    finish(launch(run))
    begun = [event for event in read_events(run.events_file)[0] if isinstance(event, Started)]
    assert begun[1].epoch == 1
    assert begun[1].step > 0


def test_sigterm_before_the_first_batch_is_told_and_leaves_the_run_resumable(experiment: Experiment, tmp_path: Path):
    run = create_run(tmp_path, experiment)
    process = launch(run)
    process.terminate()
    assert finish(process) == 143
    assert run.history().state == "interrupted"
    assert "before it had trained" in run.history().text
    finish(launch(run))
    assert run.history().state == "done"


def test_a_resumed_trainer_that_dies_is_not_taken_for_the_one_that_ended_well(whole: Run, tmp_path: Path):
    run = Run(Path(shutil.copytree(whole.path, tmp_path / "copy")))
    process = launch(run)
    wait_for(run, lambda event: run.history().state == "starting")
    process.kill()
    finish(process)
    assert run.history().state == "interrupted"


def test_it_goes_on_when_its_terminal_hangs_up_and_its_screen_is_killed(longer: Experiment, tmp_path: Path):
    run = create_run(tmp_path, longer)
    script = (
        "import sys; from pathlib import Path;"
        "from cnn_tui.runs.launch import launch; from cnn_tui.runs.run import Run;"
        f"launch(Run(Path({str(run.path)!r}))); print('up', flush=True); sys.stdin.read()"
    )
    screen = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    assert screen.stdout is not None
    screen.stdout.readline()
    wait_for(run, lambda event: isinstance(event, Sample))
    os.killpg(screen.pid, signal.SIGHUP)
    screen.kill()
    screen.wait()
    for _ in events_of(run):
        pass
    assert run.history().state == "done"


def test_pause_waits_and_continue_goes_on_to_the_same_end(whole: Run, longer: Experiment, tmp_path: Path):
    run = create_run(tmp_path, longer)
    process = launch(run)
    wait_for(run, lambda event: isinstance(event, Sample))
    ask(run, "pause")
    wait_for(run, lambda event: type(event).__name__ == "Paused")
    assert run.history().state == "paused"
    ask(run, "continue")
    finish(process)
    assert run.history().state == "done"
    assert newest_checkpoint(run) == newest_checkpoint(whole)


def test_stop_keeps_the_best_weights_and_tests_them(longer: Experiment, tmp_path: Path):
    run = create_run(tmp_path, longer)
    process = launch(run)
    wait_for(run, lambda event: isinstance(event, Saved))
    ask(run, "stop")
    assert finish(process) == 0
    assert run.history().state == "stopped"
    assert read_evaluation(run.evaluation_file).confusion.images == TEST_ROWS


def test_a_run_has_one_trainer(longer: Experiment, tmp_path: Path):
    run = create_run(tmp_path, longer)
    process = launch(run)
    with pytest.raises(UserError, match="trainer at work already"):
        launch(run)
    process.kill()
    process.wait()


def test_a_loss_that_is_no_number_ends_the_run_with_a_sentence(experiment: Experiment, tmp_path: Path):
    exploding = experiment.model.with_layer(1, change(experiment.model.layers[1], activation="exponential"))
    fast = change(experiment.training.optimizer, learning_rate=100.0)
    run = create_run(tmp_path, replace(with_training(experiment, optimizer=fast), model=exploding))
    code = finish(launch(run))
    history = run.history()
    assert (code, history.state) == (1, "diverged")
    assert "is not a number" in history.text
    assert all(epoch.loss is not None for epoch in history.epochs)


def test_data_that_is_gone_fails_with_a_sentence(experiment: Experiment, tmp_path: Path):
    run = create_run(tmp_path, experiment)
    document = json.loads(run.experiment_file.read_text())
    document["data"]["train"]["images"] = str(tmp_path / "gone.tsv")
    run.experiment_file.write_text(json.dumps(document))
    assert finish(launch(run)) == 1
    assert run.history().text.startswith("gone.tsv: there is no such file.")


def test_a_trainer_that_cannot_start_is_not_shown_as_running(tmp_path: Path, experiment: Experiment):
    run = create_run(tmp_path, experiment)
    assert run.history().state == "interrupted"


def test_runs_are_listed_the_newest_first(tmp_path: Path, experiment: Experiment):
    made = [create_run(tmp_path, experiment, name) for name in ("one", "two", "two")]
    for age, run in enumerate(made):
        os.utime(run.experiment_file, (age, age))
    assert list(list_runs(tmp_path)) == made[::-1]
    assert open_run(Path(made[0].name), tmp_path).path == made[0].path
    with pytest.raises(UserError, match="there is no run here"):
        open_run(tmp_path / "none")


def test_a_damaged_run_hides_no_other(tmp_path: Path, experiment: Experiment):
    create_run(tmp_path, experiment, "whole")
    create_run(tmp_path, experiment, "damaged").experiment_file.write_text("{")
    (tmp_path / "no run").mkdir()
    assert {run.name[-5:] for run in list_runs(tmp_path)} == {"whole", "maged"}
