"""A sweep is known from its folder: ranked as the command ranks it, pruned and impossible ones told, followed live."""

import os

import pytest
from msgspec.structs import replace

from cnn_tui.errors import UserError
from cnn_tui.runs import lock
from cnn_tui.runs.events import EpochEnd, Finished, Phase
from cnn_tui.runs.run import Run, create_run
from cnn_tui.runs.sweep_overview import SweepOverview
from cnn_tui.runs.sweeps import (
    Asked,
    Part,
    is_worked_on,
    join,
    mark_pruned,
    rank,
    read_part,
    read_sweep,
    refused,
    shown_scores,
    sweep_folder,
    working_on,
    write_sweep,
)
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.sweep import axis, combinations, combined, title
from tests.recordings import at_work, beginning, done, epoch, record

AXES = (axis("learning_rate=0.01,0.001"), axis("conv2d.filters=8,16,32"))
STOPPED = Finished(how="stopped", text="It was asked to stop.")


@pytest.fixture
def root(tmp_path):
    """Six combinations: two done, one pruned, one at work or not, one impossible, one not begun."""
    return a_sweep(tmp_path)


def a_sweep(root, name="rates"):
    folder = sweep_folder(root, name)
    wanted = combinations(AXES, None, 0)
    asked = Asked(settings=tuple(one.name for one in AXES), combinations=wanted)
    write_sweep(folder, refused(asked, wanted[4], "Conv2D #2: it does not fit. Use 3x3."))
    for place, events in enumerate((done(3), done(4), [*beginning(4), *epoch(1), Phase(name="testing"), STOPPED], [])):
        run = create_run(folder, combined(tutorial(), wanted[place]), title(wanted[place]))
        join(run, wanted[place])
        record(run, events or [*beginning(4), *epoch(1), *epoch(2)])
        if STOPPED in events:
            mark_pruned(run)
    return root


def the_run(root, combination) -> Run:
    folder = sweep_folder(root, "rates")
    return next(
        Run(path.parent)
        for path in folder.glob("*/combination.json")
        if read_part(Run(path.parent)).settings == combination
    )


def test_the_best_comes_first_and_what_came_to_nothing_last(root):
    (sweep,) = SweepOverview(root).look()
    assert (sweep.name, sweep.settings, sweep.state, sweep.over) == (
        "sweep-rates",
        ("learning_rate", "conv2d.filters"),
        "interrupted",
        4,
    )
    assert [trial.state for trial in sweep.trials] == [
        "done",
        "done",
        "interrupted",
        "pruned",
        "not begun",
        "impossible",
    ]
    ranks = [rank(trial.best) for trial in sweep.trials]
    assert ranks == sorted(ranks)
    assert sweep.trials[0].combination == {"learning_rate": "0.01", "conv2d.filters": "16"}
    assert sweep.best == sweep.trials[0].best.val_accuracy
    assert sweep.scores == ("val_accuracy", "val_loss")
    assert sweep.trials[-1].problem == "Conv2D #2: it does not fit. Use 3x3."


def test_it_is_followed_while_it_goes_on_and_nothing_is_new_while_nothing_happens(root):
    overview = SweepOverview(root)
    run = the_run(root, {"learning_rate": "0.001", "conv2d.filters": "8"})
    with at_work(run):
        before = overview.look()
        assert before[0].state == "training"
        assert overview.look() is before
        record(run, [*epoch(3), *epoch(4), *epoch(5)])
        (sweep,) = overview.look()
        assert sweep.trials[0].line.run == run
        assert sweep.trials[0].state == "training"


def test_a_run_that_was_pruned_and_goes_on_is_what_it_is_now(root):
    overview = SweepOverview(root)
    (sweep,) = overview.look()
    run = next(trial.line.run for trial in sweep.trials if trial.state == "pruned")
    record(run, done(4))
    (sweep,) = overview.look()
    assert not any(trial.state == "pruned" for trial in sweep.trials)


def test_another_grid_in_the_same_folder_keeps_the_runs_of_the_first(root):
    wanted = combinations((axis("batch_size=100,200"),), None, 0)
    write_sweep(sweep_folder(root, "rates"), Asked(settings=("batch_size",), combinations=wanted))
    (sweep,) = SweepOverview(root).look()
    assert sweep.settings == ("batch_size", "learning_rate", "conv2d.filters")
    assert [trial.state for trial in sweep.trials].count("not begun") == 2
    assert len(sweep.trials) == 6


@pytest.mark.parametrize("text", ["", "[]", '{"settings": 3}', "\x00"])
def test_a_damaged_file_hides_no_run(root, text):
    folder = sweep_folder(root, "rates")
    (folder / "sweep.json").write_text(text)
    first = next(folder.glob("*/combination.json"))
    first.write_text(text)
    assert read_sweep(folder) == Asked()
    (sweep,) = SweepOverview(root).look()
    assert len(sweep.trials) == 4
    assert set(sweep.settings) == {"learning_rate", "conv2d.filters"}


def test_a_folder_that_is_no_sweep_is_none_and_a_renamed_run_stays_what_it_is(root):
    (root / "sweep-nothing").mkdir()
    run = the_run(root, {"learning_rate": "0.01", "conv2d.filters": "16"})
    run.path.rename(run.path.with_name("best"))
    (sweep,) = SweepOverview(root).look()
    assert sweep.trials[0].line.name == "best"
    assert sweep.trials[0].combination == {"learning_rate": "0.01", "conv2d.filters": "16"}
    assert SweepOverview(root / "none").look() == ()


def test_what_a_run_is_is_written_once(root):
    run = the_run(root, {"learning_rate": "0.01", "conv2d.filters": "8"})
    mark_pruned(run)
    join(run, {"learning_rate": "0.01", "conv2d.filters": "8"})
    assert read_part(run) == Part(settings={"learning_rate": "0.01", "conv2d.filters": "8"}, pruned=True)


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="no sweep can be kept here"):
        write_sweep(tmp_path / "file" / "sweep-x", Asked())


def test_without_a_validation_the_scores_are_those_of_the_training():
    end = EpochEnd(
        epoch=1, loss=1.0, accuracy=0.5, val_loss=None, val_accuracy=None, seconds=1.0, images_per_second=1.0
    )
    assert shown_scores([end]) == ("accuracy", "loss")
    assert shown_scores([end, replace(end, val_loss=2.0)]) == ("val_accuracy", "val_loss")


def test_a_silent_run_of_a_sweep_is_told(root):
    run = the_run(root, {"learning_rate": "0.001", "conv2d.filters": "8"})
    overview = SweepOverview(root)
    with at_work(run):
        assert not any(trial.line and trial.line.is_silent for trial in overview.look()[0].trials)
        run.heartbeat_file.touch()
        os.utime(run.heartbeat_file, (1, 1))
        assert [trial.line.run for trial in overview.look()[0].trials if trial.line and trial.line.is_silent] == [run]


def test_between_two_runs_a_sweep_goes_on_as_long_as_its_command_does(root):
    overview = SweepOverview(root)
    folder = sweep_folder(root, "rates")
    with working_on(folder):
        (sweep,) = overview.look()
        assert (sweep.state, [trial.state for trial in sweep.trials].count("waiting")) == ("training", 1)
    (sweep,) = overview.look()
    assert (sweep.state, [trial.state for trial in sweep.trials].count("not begun")) == ("interrupted", 1)


def test_two_commands_may_work_on_one_sweep(root, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE_SECONDS", 0.05)
    folder = sweep_folder(root, "rates")
    with working_on(folder), working_on(folder):
        assert is_worked_on(folder)
    assert not is_worked_on(folder)
