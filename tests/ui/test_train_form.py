"""Train before a run: the form, what keeps a run from starting, and the start."""

import subprocess
import sys

import pytest
from msgspec.structs import asdict, replace
from textual.widgets import Button, Static

from cnn_tui.errors import UserError
from cnn_tui.runs.run import Run
from cnn_tui.spec.fields import fields
from cnn_tui.spec.optimizers import Adam
from cnn_tui.spec.training import Training
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.screens import train
from cnn_tui.ui.widgets.field_line import FieldLine
from cnn_tui.ui.widgets.training_form import flat, with_settings
from tests import recordings
from tests.ui.support import an_app, screen_text, some_data

SIZES = [(80, 24), (100, 30), (120, 40)]


def a_form(tmp_path, **session: object) -> CnnApp:
    app = an_app("train", **({"data": some_data()} | session))
    app.runs_folder = tmp_path / "runs"
    return app


def reason(app: CnnApp) -> str:
    return str(app.screen.query_one("#reason", Static).content)


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """In place of the trainer, a process that ends at once after the words of one that has begun."""
    started: list[Run] = []

    def launch(run: Run) -> "subprocess.Popen[bytes]":
        started.append(run)
        recordings.record(run, recordings.done(1))
        return subprocess.Popen([sys.executable, "-c", "pass"])

    monkeypatch.setattr(train, "launch", launch)
    return started


def test_the_form_shows_every_setting_once():
    names = {*(one.name for one in fields(Training)), *(one.name for one in fields(Adam))} - {"optimizer"}
    assert set(asdict(flat(Training()))) == names


def test_flat_settings_go_back_to_their_places():
    training = Training(epochs=3, optimizer=Adam(beta_2=0.9))
    assert with_settings(training, asdict(flat(training))) == training
    assert with_settings(training, {"learning_rate": 0.5, "seed": 3}) == replace(
        training, seed=3, optimizer=Adam(learning_rate=0.5, beta_2=0.9)
    )


@pytest.mark.parametrize("size", SIZES)
async def test_everything_needed_for_a_start_is_in_view(tmp_path, size):
    app = a_form(tmp_path)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        text = " ".join(screen_text(app).split())
        seen = [one.name for one in fields(type(flat(Training()))) if not one.more]
        for words in (*seen, "s Start", "30,634 parameters", "cnn-tui train --data /data"):
            assert words in text


async def test_typing_changes_the_training_at_once(tmp_path):
    app = a_form(tmp_path)
    async with app.run_test() as pilot:
        await pilot.press("e", "backspace", "7", "down", "backspace", "backspace", "backspace", "6", "4")
        assert (app.current_session.training.epochs, app.current_session.training.batch_size) == (7, 64)
        assert "7 epochs in batches of 64" in " ".join(screen_text(app).split())


async def test_what_cannot_be_is_marked_and_does_not_start(tmp_path, trainer):
    app = a_form(tmp_path)
    async with app.run_test() as pilot:
        await pilot.press("e", "end", "x")
        line = next(one for one in app.screen.query(FieldLine) if one.field.name == "epochs")
        assert line.has_class("-wrong")
        assert app.current_session.training.epochs == Training().epochs
        await pilot.press("escape", "s")
        assert line.has_focus_within
        assert not trainer


@pytest.mark.parametrize("size", SIZES)
async def test_without_data_the_start_is_grey_and_says_why(tmp_path, size):
    app = a_form(tmp_path, data=None)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert app.screen.query_one("#start", Button).disabled
        assert reason(app) == "There is no data yet. Open some in 1 Data."
        assert not app.screen.active_bindings["s"].enabled


async def test_a_model_that_does_not_fit_says_so_and_a_mended_one_can_start(tmp_path):
    app = a_form(tmp_path)
    async with app.run_test() as pilot:
        whole = app.current_session.model
        app.session = app.current_session.with_model(whole.without(len(whole.layers) - 1))
        await pilot.pause()
        assert "Mend it in 2 Model" in reason(app)
        app.session = app.current_session.with_model(whole)
        await pilot.pause()
        assert not app.screen.query_one("#start", Button).disabled


@pytest.mark.parametrize("keys", [["s"], ["e", "enter", "enter"], ["e", "escape", "s"]])
async def test_a_start_makes_the_run_that_was_asked_for_and_shows_it(tmp_path, trainer, keys):
    app = a_form(tmp_path, training=Training(epochs=1))
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press(*keys)
        await app.workers.wait_for_complete()
        await pilot.pause()
        (run,) = trainer
        assert run.path.parent == app.runs_folder
        assert run.experiment().training == Training(epochs=1)
        assert app.current_session.run == run
        assert app.history.state == "done"
        assert "4 shows the results" in screen_text(app)


async def test_a_folder_that_cannot_hold_runs_is_said_and_the_form_stays(tmp_path):
    app = a_form(tmp_path)
    app.runs_folder.write_text("a file is in the way")
    shown: list[UserError] = []
    app.show_error = shown.append  # type: ignore[method-assign]
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("s")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "no run can be kept here" in shown[0].sentence
        assert app.current_session.run is None
        assert not app.screen.query_one("#start", Button).disabled


async def test_a_new_run_begins_with_the_settings_of_the_last_and_escape_goes_back(tmp_path, trainer):
    app = a_form(tmp_path, training=Training(epochs=1, seed=4))
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("s")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("n")
        assert "seed           4" in screen_text(app)
        await pilot.press("escape")
        assert "Done: 1 epoch" in screen_text(app)
