"""Runs: all at a glance, opened, kept in order, followed while they train, compared."""

import time

import pytest
from msgspec.structs import replace

from cnn_tui.runs.run import Run, create_run, list_runs
from cnn_tui.spec.presets import tutorial
from cnn_tui.ui.dialogs.ask_text import AskText
from cnn_tui.ui.dialogs.confirm import Confirm
from cnn_tui.ui.run_list import listed
from cnn_tui.ui.screens.runs import RunsScreen
from cnn_tui.ui.widgets.comparison_panel import ComparisonPanel
from cnn_tui.ui.widgets.overlaid_plot import OverlaidPlot
from cnn_tui.ui.widgets.run_table import RunTable, sparkline
from tests import recordings
from tests.recordings import HOSTILE, at_work, beginning, epoch, evaluate, new_run, record
from tests.ui.support import an_app, screen_text, until
from tests.ui.test_hostile_text import check_the_screen

SIZES = [(80, 24), (100, 30), (120, 40)]


@pytest.fixture
def folder(tmp_path):
    """Four runs: done twice, with other settings; diverged; interrupted."""
    asked = tutorial()
    faster = replace(asked.training, seed=7, optimizer=replace(asked.training.optimizer, learning_rate=0.01))
    for name, training, events in (
        ("first", asked.training, recordings.done(4)),
        ("second", faster, recordings.done(3)),
        ("broken", asked.training, recordings.diverging()),
        ("cut", asked.training, recordings.interrupted()),
    ):
        record(create_run(tmp_path, replace(asked, training=training), name), events)
    for number, name in enumerate(("first", "second")):
        evaluate(named(tmp_path, name), errors=0.04 + 0.03 * number)
    return tmp_path


def named(folder, name) -> Run:
    return next(run for run in list_runs(folder) if run.name.endswith(name))


def looking(folder, **session):
    app = an_app("runs", **session)
    app.runs_folder = folder
    return app


async def ready(app, pilot, runs=4):
    await until(pilot, lambda: app.screen.query_one(RunTable).count == runs)
    await app.workers.wait_for_complete()
    await pilot.pause()


def table(app) -> RunTable:
    return app.screen.query_one(RunTable)


async def go_to(app, pilot, name):
    while not table(app).run.run.name.endswith(name):
        await pilot.press("down")


@pytest.mark.parametrize("size", SIZES)
async def test_every_run_is_a_line(folder, size):
    app = looking(folder)
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        text = screen_text(app)
        best = f"{named(folder, 'first').history().best.val_accuracy:.4f}"
        for words in ("✓ done", "✗ diverged", "⚠ interrupted", "4 of 4", best, "-first", "2 of 10"):
            assert words in text
        assert ("images/s" in text) == (size[0] >= 120)


async def test_enter_opens_results_or_training(folder):
    app = looking(folder)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(app, pilot)
        await go_to(app, pilot, "first")
        await pilot.press("enter")
        await pilot.pause()
        assert (app.current_mode, app.current_session.run) == ("results", named(folder, "first"))
        await pilot.press("7")
        await pilot.press("home")
        await go_to(app, pilot, "cut")
        await pilot.press("enter")
        await pilot.pause()
        assert (app.current_mode, app.current_session.run) == ("train", named(folder, "cut"))


async def test_typing_filters_and_escape_shows_all_again(folder):
    app = looking(folder)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, pilot)
        await pilot.press("slash", *"done fi")
        await until(pilot, lambda: table(app).count == 1)
        assert "1 of 4 runs" in screen_text(app)
        await pilot.press("enter")
        assert table(app).has_focus
        await pilot.press("escape")
        await until(pilot, lambda: table(app).count == 4)


async def test_the_order_goes_round(folder):
    app = looking(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(app, pilot)
        lines = app.screen.lines
        for order in ("name", "accuracy", "loss", "state", "speed", "newest"):
            await pilot.press("o")
            await pilot.pause()
            assert f"order: {order}" in screen_text(app)
            assert table(app)._lines == listed(lines, "", order)
        best = [line.best for line in listed(lines, "", "accuracy")]
        assert best == sorted(best, key=lambda score: -1 if score is None else score, reverse=True)


@pytest.mark.parametrize("size", SIZES)
async def test_marked_runs_are_compared(folder, size):
    app = looking(folder)
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        for name in ("second", "first"):
            await pilot.press("home")
            await go_to(app, pilot, name)
            await pilot.press("space")
        await app.workers.wait_for_complete()
        await until(pilot, lambda: "McNemar" in comparison(app))
        text = comparison(app)
        assert "learning_rate" in text
        assert "seed" in text
        assert "epochs" not in text
        plot = app.screen.query_one("#losses", OverlaidPlot)
        assert plot.region.area
        drawn = plot.render().plain
        assert "●" in drawn or "▲" in drawn
        assert "● ▲" in screen_text(app).replace("  ", " ")
        await pilot.press("v", "l")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "training loss" in screen_text(app)
        assert "log scale" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert not app.screen.query_one(ComparisonPanel).region.area


def comparison(app) -> str:
    return "\n".join(str(one.content) for one in app.screen.query("ComparisonPanel Static"))


async def test_what_cannot_be_compared_is_said(folder):
    app = looking(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(app, pilot)
        for name in ("cut", "first"):
            await pilot.press("home")
            await go_to(app, pilot, name)
            await pilot.press("space")
        await until(pilot, lambda: "has no evaluation yet" in comparison(app))


async def test_a_run_is_renamed(folder):
    run = named(folder, "first")
    app = looking(folder, run=run)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(app, pilot)
        await go_to(app, pilot, "first")
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, AskText))
        app.screen.query_one("Input").value = "a/b"
        await pilot.press("enter")
        assert isinstance(app.screen, AskText)
        app.screen.query_one("Input").value = "best"
        await pilot.press("enter")
        await until(pilot, lambda: (folder / "best").exists())
        await app.workers.wait_for_complete()
        await until(pilot, lambda: "best" in screen_text(app))
        assert app.current_session.run == Run(folder / "best")


async def test_a_run_goes_into_the_trash_only_when_someone_says_so_and_comes_back(folder):
    app = looking(folder)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(app, pilot)
        await go_to(app, pilot, "broken")
        await pilot.press("delete")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("n")
        assert len(list_runs(folder)) == 4
        await pilot.press("delete")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await ready(app, pilot, runs=3)
        assert len(list_runs(folder)) == 3
        await pilot.press("u")
        await ready(app, pilot, runs=4)


async def test_a_running_run_is_followed_and_stopped_only_when_someone_says_so(tmp_path):
    with at_work(record(new_run(tmp_path), [*beginning(), *epoch(1)])) as run:
        app = looking(tmp_path)
        async with app.run_test(size=(100, 30)) as pilot:
            await ready(app, pilot, runs=1)
            assert "▶ training" in screen_text(app)
            record(run, epoch(2))
            await until(pilot, lambda: "2 of 10" in screen_text(app))
            keys = app.screen.active_bindings
            assert not any(keys[key].enabled for key in ("r", "e", "delete"))
            await pilot.press("x")
            await until(pilot, lambda: isinstance(app.screen, Confirm))
            await pilot.press("y")
            await until(pilot, lambda: (run.control_folder / "stop").exists())


async def test_an_empty_folder_says_what_makes_a_run(tmp_path):
    app = looking(tmp_path / "none")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "0 runs in" in screen_text(app))
        assert "3 Train makes one" in screen_text(app)
        assert not any(app.screen.active_bindings[key].enabled for key in ("enter", "space", "x", "delete"))


async def test_a_thousand_runs_open_in_less_than_a_second(tmp_path):
    first = record(new_run(tmp_path), recordings.done(10))
    experiment, events = first.experiment_file.read_bytes(), first.events_file.read_bytes()
    for number in range(1, 1000):
        run = replace(first, path=tmp_path / f"run-{number:04}")
        run.path.mkdir()
        run.experiment_file.write_bytes(experiment)
        run.events_file.write_bytes(events)
    app = looking(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        begin = time.process_time()
        await pilot.press("7")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen) and table(app).count == 1000)
        assert time.process_time() - begin < 1
        await pilot.press("end")
        assert table(app).line == 999


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_names_and_settings_are_shown_as_text(tmp_path, text):
    asked = tutorial()
    name = text.replace("/", "").replace("\0", "")
    for number in range(2):
        run = create_run(tmp_path, replace(asked, data=replace(asked.data, label_column=f"{text}{number}")))
        record(run, recordings.done(2)).path.rename(tmp_path / f"{name}{number}")
    app = looking(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(app, pilot, runs=2)
        await pilot.press("space", "down", "space")
        await app.workers.wait_for_complete()
        await pilot.pause()
        check_the_screen(app)
        await pilot.press("delete")
        await pilot.pause()
        check_the_screen(app)


def test_a_sparkline_keeps_its_ends_and_marks_what_is_no_number():
    assert sparkline((), 10) == ""
    assert sparkline((1.0,), 10) == "▄"
    assert sparkline((2.0, 1.0, None, float("inf"), 0.0), 10) == "█▅××▁"
    assert len(sparkline(tuple(map(float, range(1000))), 10)) == 10
