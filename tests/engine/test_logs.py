"""The epochs in the words of other programs."""

import sys
from types import ModuleType

import pytest

from cnn_tui.engine.logs import CSV_FILE, logged
from cnn_tui.runs.events import EpochEnd, Event, Started
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.training import Training


@pytest.fixture
def run(tmp_path, experiment: Experiment) -> Run:
    return create_run(tmp_path, experiment)


def started(epoch: int = 0) -> Started:
    return Started(time="", epochs=3, steps=1, images=1, device="cpu", precision="fp32", epoch=epoch)


def end(epoch: int, **settings: object) -> EpochEnd:
    known = {
        "loss": 0.5,
        "accuracy": 0.75,
        "val_loss": 0.25,
        "val_accuracy": 1.0,
        "seconds": 1.0,
        "images_per_second": 1,
    }
    return EpochEnd(epoch=epoch, **{**known, **settings})


def test_the_table_is_galaxys_and_a_resumed_training_goes_on_with_it(run: Run):
    said: list[Event] = []
    say = logged(run, Training(csv_log=True), said.append)
    for event in (started(), end(1), end(2), end(3)):
        say(event)
    again = logged(run, Training(csv_log=True), said.append)
    for event in (started(epoch=1), end(2, loss=0.125)):
        again(event)
    table = "epoch\tloss\tacc\tval_loss\tval_acc\n1\t0.5\t0.75\t0.25\t1\n2\t0.125\t0.75\t0.25\t1\n"
    assert (run.path / CSV_FILE).read_text() == table
    assert len(said) == 6


def test_of_numbers_and_without_validation_there_are_fewer_columns_and_metrics_stand_behind(run: Run):
    say = logged(run, Training(csv_log=True), lambda event: None)
    say(end(1, accuracy=None, val_loss=None, val_accuracy=None, metrics={"r2_score": 0.5}))
    assert (run.path / CSV_FILE).read_text() == "epoch\tloss\tr2_score\n1\t0.5\t0.5\n"


def test_curves_are_written_by_the_library_that_is_imported_only_then(run: Run, monkeypatch: pytest.MonkeyPatch):
    points: list[tuple[str, float, int]] = []

    class SummaryWriter:
        def __init__(self, folder: str, purge_step: int) -> None:
            points.append((folder, 0.0, purge_step))

        def add_scalar(self, name: str, value: float, step: int) -> None:
            points.append((name, value, step))

        def flush(self) -> None:
            pass

    assert "torch.utils.tensorboard" not in sys.modules
    library = ModuleType("torch.utils.tensorboard")
    library.SummaryWriter = SummaryWriter  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", library)
    say = logged(run, Training(tensorboard=True), lambda event: None)
    say(started(epoch=2))
    say(end(3, learning_rate=0.1))
    assert points[0] == (str(run.path / "tensorboard"), 0.0, 3)
    assert ("loss/training", 0.5, 3) in points
    assert ("accuracy/validation", 1.0, 3) in points
    assert ("learning_rate/training", 0.1, 3) in points


def test_without_logs_nothing_stands_between(run: Run):
    say = print
    assert logged(run, Training(), say) is say
