"""All runs at a glance: the same as each run says of itself, and only what changed is read again."""

import time

from msgspec.structs import replace

from cnn_tui.runs.overview import Overview
from cnn_tui.runs.run import list_runs
from tests import recordings
from tests.recordings import at_work, beginning, epoch, new_run, record


def test_it_says_what_each_run_says_of_itself(tmp_path):
    for events in (recordings.done(3), recordings.diverging(), recordings.interrupted(), [], beginning()):
        record(new_run(tmp_path), events)
    (tmp_path / "no-run").mkdir()
    (tmp_path / ".trash").mkdir()
    lines = Overview(tmp_path).look()
    assert {line.run for line in lines} == set(list_runs(tmp_path))
    for line in lines:
        history = line.run.history()
        assert line.state == history.state
        assert line.epochs == len(history.epochs)
        assert line.losses == tuple(end.loss for end in history.epochs)
        assert line.best == (history.best.val_accuracy if history.best else None)
        assert line.images_per_second == history.images_per_second
    untouched = next(line for line in lines if not line.run.events_file.stat().st_size)
    assert untouched.epochs_wanted == untouched.run.experiment().training.epochs


def test_nothing_new_is_the_same_object(tmp_path):
    record(new_run(tmp_path), recordings.done(2))
    overview = Overview(tmp_path)
    first = overview.look()
    assert overview.look() is first


def test_a_run_is_followed_from_its_start_to_its_end(tmp_path):
    overview = Overview(tmp_path)
    assert overview.look() == ()
    with at_work(new_run(tmp_path)) as run:
        assert overview.look()[0].state == "starting"
        record(run, [*beginning(), *epoch(1)])
        line = overview.look()[0]
        assert (line.state, line.epochs) == ("training", 1)
        record(run, epoch(2)[:2])
        assert overview.look()[0].epochs == 1
    assert overview.look()[0].state == "interrupted"
    record(run, [recordings.done(2)[-1]])
    assert overview.look()[0].state == "done"
    run.experiment_file.unlink()
    assert len(overview.look()) == 1  # a run that was seen is looked at until its folder is gone


def test_a_run_that_was_moved_away_is_gone(tmp_path):
    run = record(new_run(tmp_path / "runs"), recordings.done(1))
    overview = Overview(tmp_path / "runs")
    assert len(overview.look()) == 1
    run.path.rename(tmp_path / "elsewhere")
    assert overview.look() == ()


def test_a_thousand_runs_are_looked_at_in_less_than_a_second(tmp_path):
    first = record(new_run(tmp_path), recordings.done(10))
    experiment, events = first.experiment_file.read_bytes(), first.events_file.read_bytes()
    for number in range(1, 1000):
        run = replace(first, path=tmp_path / f"run-{number:04}")
        run.path.mkdir()
        run.experiment_file.write_bytes(experiment)
        run.events_file.write_bytes(events)
    overview = Overview(tmp_path)
    begin = time.process_time()
    lines = overview.look()
    opened = time.process_time() - begin
    begin = time.process_time()
    assert overview.look() is lines
    again = time.process_time() - begin
    assert len(lines) == 1000
    assert opened < 1
    assert again < 0.1
