"""Sweeps in Runs: a line each, their runs as a table with the settings that vary, followed while they train."""

import pytest

from cnn_tui.cli import opening
from cnn_tui.cli.main import run as run_command
from cnn_tui.runs.run import create_run, list_runs
from cnn_tui.runs.sweep_overview import SweepOverview
from cnn_tui.runs.sweeps import Asked, join, sweep_folder, working_on, write_sweep
from cnn_tui.settings import Settings
from cnn_tui.spec.presets import tutorial
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.widgets.run_table import RunTable
from cnn_tui.ui.widgets.sweep_table import SweepTable
from tests import recordings
from tests.recordings import HOSTILE, at_work, epoch, record
from tests.runs.test_sweeps import a_sweep, the_run
from tests.ui.support import FixedService, an_app, screen_text, until
from tests.ui.test_hostile_text import check_the_screen

SIZES = [(80, 24), (100, 30), (120, 40)]
AT_WORK = {"learning_rate": "0.001", "conv2d.filters": "8"}


@pytest.fixture
def folder(tmp_path):
    """A sweep beside a run that is done."""
    record(create_run(tmp_path, tutorial(), "alone"), recordings.done(3))
    return a_sweep(tmp_path)


def looking(folder):
    app = an_app("runs")
    app.runs_folder = folder
    return app


async def inside(app, pilot, lines=6):
    """Looks into the only sweep."""
    runs = app.screen.query_one(RunTable)
    await until(pilot, lambda: runs.count)
    await pilot.press("home")
    while runs.sweep is None:
        await pilot.press("down")
    await pilot.press("enter")
    await until(pilot, lambda: table(app).count == lines)
    await pilot.pause()


def table(app) -> SweepTable:
    return app.screen.query_one(SweepTable)


def rows(app) -> list[str]:
    return [" ".join(line.strip("│ ").split()) for line in screen_text(app).splitlines()]


@pytest.mark.parametrize("size", SIZES)
async def test_a_sweep_is_one_line_among_the_runs(folder, size):
    app = looking(folder)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.screen.query_one(RunTable).count == 2)
        text = screen_text(app)
        assert "1 run and 1 sweep in" in text
        (line,) = (row for row in rows(app) if "sweep-rates" in row)
        assert "▤ sweep-rates" in line
        assert "⚠ interrupted" in line
        assert "4/6 runs" in line
        assert f"{SweepOverview(folder).look()[0].best:.4f}" in line


@pytest.mark.parametrize("size", SIZES)
async def test_its_runs_are_a_table_the_best_first(folder, size):
    app = looking(folder)
    async with app.run_test(size=size) as pilot:
        await inside(app, pilot)
        seen = rows(app)
        assert seen[1].startswith("╭─ sweep-rates · 2 done · 1 pruned · 1 interrupted · 1 impossible")
        assert seen[2].startswith("learning_rate conv2d.filters val acc.")
        for row, words in zip(
            seen[3:9],
            (
                "▸ 1 ★ 0.01 16 0.*4 of 4 ✓ done",
                "2 0.01 8 0.*3 of 3 ✓ done",
                "3 0.001 8 0.*2 of 4 ⚠ interrupted",
                "4 0.01 32 0.*1 of 4 ■ pruned",
                "0.001 32 –* · not begun",
                "0.001 16 –* ✗ impossible",
            ),
            strict=True,
        ):
            start, _, end = words.partition("*")
            assert row.startswith(start)
            assert end.strip() in row
        assert "learning_rate=0.01 conv2d.filters=16: best in epoch 4." in screen_text(app)


async def test_what_there_is_to_say_of_a_combination_stands_below(folder):
    app = looking(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await inside(app, pilot)
        await pilot.press("down", "down", "down")
        assert "pruned after epoch 1, worse than the median of the runs that were done." in screen_text(app)
        await pilot.press("down")
        assert "The command that began the sweep goes on with it." in screen_text(app)
        await pilot.press("down")
        assert "Conv2D #2: it does not fit. Use 3x3." in screen_text(app)
        keys = app.screen.active_bindings
        assert not any(keys[key].enabled for key in ("enter", "space", "r", "x", "e", "delete"))


async def test_while_its_command_is_at_work_what_has_not_begun_waits(folder):
    app = looking(folder)
    with working_on(sweep_folder(folder, "rates")):
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: "▶ training" in screen_text(app))
            await inside(app, pilot)
            assert "· 1 waiting" in screen_text(app)
            assert "not begun" not in screen_text(app)


async def test_it_is_followed_live_and_the_cursor_stays_on_its_run(folder):
    run = the_run(folder, AT_WORK)
    app = looking(folder)
    with at_work(run):
        async with app.run_test(size=(120, 40)) as pilot:
            await inside(app, pilot)
            await until(pilot, lambda: "1 training" in screen_text(app))
            await pilot.press("down", "down")
            assert table(app).run.run == run
            record(run, [*epoch(3), *epoch(4), *epoch(5)])
            await until(pilot, lambda: "5 of 4" in screen_text(app))
            assert table(app).run.run == run
            assert table(app).line == 0


async def test_keys_of_runs_are_those_of_its_runs_and_escape_goes_back(folder):
    app = looking(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await inside(app, pilot)
        await pilot.press("space", "down", "space")
        await app.workers.wait_for_complete()
        assert len(app.screen.marks) == 2
        await pilot.press("escape")
        assert not app.screen.marks
        assert app.screen.inside
        await pilot.press("slash", *"pruned", "enter")
        await until(pilot, lambda: table(app).count == 1)
        assert "1 of sweep-rates" in screen_text(app)
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert app.screen.inside is None
        assert app.screen.query_one(RunTable).has_focus
        assert app.screen.query_one(RunTable).sweep
        await pilot.press("o")
        assert app.screen.order == "name"


async def test_enter_opens_a_run_and_7_comes_back_to_the_sweep(folder):
    app = looking(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await inside(app, pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert app.current_session.run == the_run(folder, {"learning_rate": "0.01", "conv2d.filters": "16"})
        assert app.current_mode == "train"
        await pilot.press("7")
        await pilot.pause()
        assert "sweep-rates ·" in screen_text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_the_folder_of_a_sweep_opens_the_application_at_its_table(folder, size, monkeypatch):
    opened = []
    monkeypatch.setattr(opening, "_show", lambda *shown: opened.append(shown) or 0)
    monkeypatch.chdir(folder)
    assert run_command(["./sweep-rates/"]) == run_command(["sweep-rates"]) == 0
    assert opened[0] == opened[1]
    session, root, place = opened[0]
    assert (session.sweep, root, place) == (folder / "sweep-rates", folder, "runs")
    assert session.run in list_runs(folder / "sweep-rates")
    app = CnnApp(session, Settings(), root, place)
    app.service = FixedService()
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: table(app).count == 6)
        assert table(app).has_focus
        await until(pilot, lambda: "sweep-rates · 2 done" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "1 run and 1 sweep in" in screen_text(app))
        app.screen.look()
        await app.workers.wait_for_complete()
        assert app.screen.inside is None  # it begins there, and is not held there


def test_a_sweep_without_runs_opens_too_and_a_folder_that_only_sounds_so_is_data(tmp_path, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(opening, "_show", lambda *shown: opened.append(shown) or 0)
    write_sweep(sweep_folder(tmp_path, "new"), Asked())
    assert run_command([f"{tmp_path}/sweep-new"]) == 0
    assert opened[0][0].sweep == tmp_path / "sweep-new"
    (tmp_path / "sweep-of-hands").mkdir()
    assert run_command([f"{tmp_path}/sweep-of-hands"]) == 1
    assert len(opened) == 1
    assert "sweep-of-hands" in capsys.readouterr().err


async def test_a_sweep_that_goes_away_is_left(folder):
    app = looking(folder)
    async with app.run_test(size=(80, 24)) as pilot:
        await inside(app, pilot)
        sweep_folder(folder, "rates").rename(folder / "elsewhere")
        await until(pilot, lambda: app.screen.inside is None)
        await until(pilot, lambda: "1 run in" in screen_text(app))


@pytest.mark.parametrize("width", [80, 100, 120])
async def test_many_settings_are_cut_to_fit_and_what_came_of_them_is_not(tmp_path, width):
    names = [f"a_setting_{number}.kernel_size" for number in range(8)]
    combination = dict.fromkeys(names, "3x3")
    folder = sweep_folder(tmp_path, "wide")
    write_sweep(folder, Asked(settings=tuple(names), combinations=(combination,)))
    run = record(create_run(folder, tutorial()), recordings.done(2))
    join(run, combination)
    app = looking(tmp_path)
    async with app.run_test(size=(width, 24)) as pilot:
        await inside(app, pilot, lines=1)
        head, line = screen_text(app).splitlines()[2:4]
        assert "val acc." in head
        assert head.count("…") == 8
        assert line.count("3x3") == 8
        assert "✓ done" in line


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_settings_are_shown_as_text(tmp_path, text):
    folder = sweep_folder(tmp_path, "x")
    combination = {text: text}
    write_sweep(
        folder, Asked(settings=(text,), combinations=({text: "other"}, combination), impossible={f"{text}=other": text})
    )
    join(record(create_run(folder, tutorial()), recordings.done(2)), combination)
    app = looking(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await inside(app, pilot, lines=2)
        check_the_screen(app)
        await pilot.press("down")
        await pilot.pause()
        check_the_screen(app)
