"""X ends a trainer that gives no sign of life, in Train and in Runs; its run is interrupted then, and goes on by r."""

import os
import signal

import pytest

from cnn_tui.errors import UserError
from cnn_tui.runs import ending
from cnn_tui.runs.control import ask
from cnn_tui.runs.events import Saved, read_events
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.experiment import Experiment
from cnn_tui.ui.dialogs.confirm import Confirm
from tests.conftest import with_training
from tests.recordings import at_work, beginning, epoch, new_run, record
from tests.ui.support import an_app, screen_text, some_data, until

SIZES = [(80, 24), (120, 40)]
MANY_LOOKS = 6_000


def silence(run: Run) -> None:
    run.heartbeat_file.touch()
    os.utime(run.heartbeat_file, (1, 1))


def an_app_on(place, run: Run):
    app = an_app(place, run=run if place == "train" else None, data=some_data())
    app.runs_folder = run.path.parent
    return app


async def offered(app, pilot):
    """Until the key is there."""
    await until(pilot, lambda: "X" in app.screen.active_bindings and "X End it" in screen_text(app))


@pytest.mark.parametrize("place", ["train", "runs"])
@pytest.mark.parametrize("size", SIZES)
async def test_the_key_is_there_while_the_trainer_is_silent_and_only_then(tmp_path, place, size):
    with at_work(record(new_run(tmp_path), [*beginning(), *epoch(1)])) as run:
        app = an_app_on(place, run)
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: "training" in screen_text(app))
            assert "X" not in app.screen.active_bindings
            silence(run)
            await until(pilot, lambda: app.screen.active_bindings.get("X"))
            words = "X ends it" if place == "train" else "⚠ silent"
            await until(pilot, lambda: words in " ".join(screen_text(app).split()))
            run.heartbeat_file.touch()
            os.utime(run.heartbeat_file)
            await until(pilot, lambda: "X" not in app.screen.active_bindings)


@pytest.mark.parametrize("place", ["train", "runs"])
async def test_a_trainer_that_hangs_is_ended_and_its_run_goes_on(experiment: Experiment, tmp_path, place, monkeypatch):
    monkeypatch.setattr(ending, "PATIENCE_SECONDS", 0.5)
    run = create_run(tmp_path, with_training(experiment, epochs=100_000))
    process = launch(run)
    app = an_app_on(place, run)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: any(isinstance(one, Saved) for one in read_events(run.events_file)[0]), MANY_LOOKS)
        process.send_signal(signal.SIGSTOP)
        silence(run)
        await until(pilot, lambda: app.screen.active_bindings.get("X"))
        await pilot.press("X")
        assert isinstance(app.screen, Confirm)
        assert "no sign of life" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert run.is_running
        await pilot.press("X", "y")
        await until(pilot, lambda: not run.is_running)
        assert process.wait(60) == -signal.SIGKILL
        await until(pilot, lambda: "⚠ interrupted" in screen_text(app) or "⚠ Interrupted" in screen_text(app))
        await until(pilot, lambda: "r" in app.screen.active_bindings and app.screen.active_bindings["r"].enabled)
        assert "X" not in app.screen.active_bindings
        before = len(run.history().epochs)
        await pilot.press("r")
        await until(pilot, lambda: len(run.history().epochs) > before, MANY_LOOKS)
        assert "resumed" in [turn.kind for turn in run.history().turns]
        ask(run, "stop")
        await until(pilot, lambda: run.history().state == "stopped", MANY_LOOKS)


async def test_one_that_lives_again_while_it_is_asked_about_is_left_alone(tmp_path):
    with at_work(record(new_run(tmp_path), [*beginning(), *epoch(1)])) as run:
        silence(run)
        app = an_app_on("train", run)
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await offered(app, pilot)
            await pilot.press("X")
            os.utime(run.heartbeat_file)
            await pilot.press("y")
            await until(
                pilot,
                lambda: "It gives signs of life again, so it was left alone." in " ".join(screen_text(app).split()),
            )


async def test_one_on_another_machine_is_told_to_be_ended_there(tmp_path):
    with at_work(record(new_run(tmp_path), [*beginning(), *epoch(1)])) as run:
        run.machine_file.write_text('{"host": "elsewhere", "pid": 1}')
        run.heartbeat_file.touch()
        seconds = run.heartbeat_file.stat().st_mtime - 20
        os.utime(run.heartbeat_file, (seconds, seconds))
        app = an_app_on("train", run)
        shown: list[UserError] = []
        app.show_error = shown.append  # type: ignore[method-assign]
        async with app.run_test(size=(120, 40)) as pilot:
            await offered(app, pilot)
            await pilot.press("X", "y")
            await until(pilot, lambda: shown)
            assert "its trainer is at work on elsewhere. End it there." in shown[0].sentence
