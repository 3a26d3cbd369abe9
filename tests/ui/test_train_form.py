"""Train before a run: the form, what keeps a run from starting, and the start."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from textual.widgets import Button, Static

from cnn_tui.errors import UserError
from cnn_tui.runs.run import Run
from cnn_tui.spec.experiment import dump_experiment
from cnn_tui.spec.fields import Field, field, fields
from cnn_tui.spec.named import word
from cnn_tui.spec.optimizers import SGD, Adam, AdamW
from cnn_tui.spec.schedules import Cosine, EarlyStopping
from cnn_tui.spec.training import Training
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.screens import starting
from cnn_tui.ui.training_groups import TITLES, group, with_group
from cnn_tui.ui.widgets.field_line import FieldLine
from cnn_tui.ui.widgets.training_form import TrainingForm
from tests import recordings
from tests.ui.support import an_app, screen_text, some_data, until

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

    monkeypatch.setattr(starting, "launch", launch)
    return started


def all_fields() -> list[Field]:
    return [one for name in TITLES for one in fields(type(group(name, Training(), some_data())))]


def test_the_form_shows_every_setting_once():
    names = [one.name for one in all_fields()]
    wanted = [*(one.name for one in fields(Training)), *(one.name for one in fields(Adam)), "validation"]
    assert sorted(names) == sorted(wanted)


@given(
    training=st.builds(
        Training,
        optimizer=st.sampled_from(field(Training, "optimizer").parts).map(lambda kind: kind(learning_rate=0.3)),
        schedule=st.sampled_from(field(Training, "schedule").parts).map(lambda kind: kind()),
        early_stopping=st.sampled_from([None, EarlyStopping(patience=3, monitor="loss")]),
        epochs=st.integers(1, 9),
        metrics=st.sampled_from([(), ("auc", "accuracy")]),
    )
)
def test_the_groups_of_any_training_go_back_to_their_places(training):
    for name in TITLES:
        data = some_data()
        assert with_group(name, group(name, training, data), training, data) == (training, data)


def test_another_kind_keeps_what_was_set_and_it_has_too_and_takes_its_own_usual_values_for_the_rest():
    training = Training(optimizer=Adam(epsilon=1e-3))
    to_sgd = replace(group("optimizer", training, None), optimizer="sgd")
    assert with_group("optimizer", to_sgd, training, None)[0].optimizer == SGD()
    to_adamw = replace(group("optimizer", training, None), optimizer="adamw")
    assert with_group("optimizer", to_adamw, training, None)[0].optimizer == AdamW(epsilon=1e-3)


def test_a_kind_that_was_set_before_comes_back_as_it_was():
    training, kept = Training(optimizer=SGD()), Adam(beta_1=0.5)
    to_adam = replace(group("optimizer", training, None), optimizer="adam")
    assert with_group("optimizer", to_adam, training, None, {Adam: kept})[0].optimizer == kept


def test_the_share_held_out_is_asked_where_one_is_held_out():
    data = some_data()
    assert "validation" in group("stops", Training(), data).__struct_fields__
    assert "validation" not in group("stops", Training(), None).__struct_fields__
    assert "validation" not in group("stops", Training(), replace(data, folds=5)).__struct_fields__
    assert "validation" not in group("stops", Training(), replace(data, validate=data.test)).__struct_fields__


@pytest.mark.parametrize("size", SIZES)
async def test_everything_needed_for_a_start_is_in_view(tmp_path, size):
    app = a_form(tmp_path)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.current_session.report)
        await pilot.pause()
        text = " ".join(screen_text(app).split())
        seen = [one.name for one in all_fields() if not one.more]
        for words in (*seen, "s Start", "30,634 parameters", "cnn-tui train --data /data", "2 steps, 1 an epoch"):
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
        assert "seed 4" in " ".join(screen_text(app).split())
        await pilot.press("escape")
        assert "Done: 1 epoch" in screen_text(app)


async def test_another_optimizer_brings_its_own_settings_and_the_focus_stays(tmp_path):
    app = a_form(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        app.screen.query_one(TrainingForm).focus_field("optimizer")
        await pilot.press("s")
        await pilot.pause()
        assert app.current_session.training.optimizer == SGD()
        text = " ".join(screen_text(app).split())
        assert "momentum" in text
        assert "beta_1" not in text
        assert "--optimizer sgd" in text
        await pilot.press("down", *["backspace"] * 4, *"0.5")
        assert app.current_session.training.optimizer == SGD(learning_rate=0.5)


async def test_a_schedule_and_a_stop_unfold_their_settings(tmp_path):
    app = a_form(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        form = app.screen.query_one(TrainingForm)
        form.focus_field("schedule")
        await pilot.press("c", "o", "s")
        form.focus_field("early_stopping")
        await pilot.press("y")
        await pilot.pause()
        training = app.current_session.training
        assert training.schedule == Cosine()
        assert training.early_stopping == EarlyStopping()
        text = screen_text(app)
        assert "alpha" in text
        assert "patience" in text
        await pilot.press("down", "backspace", "5")
        assert app.current_session.training.early_stopping == EarlyStopping(patience=5)


async def test_down_goes_through_all_settings_from_group_to_group(tmp_path):
    app = a_form(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        form = app.screen.query_one(TrainingForm)
        form.focus_field("optimizer")
        seen = []
        for _ in range(40):
            line = next((one for one in app.screen.focused.ancestors if isinstance(one, FieldLine)), None)
            seen.append(line.field.name if line else "more")
            await pilot.press("down")
        wanted = [one.name for one in all_fields() if not one.more]
        assert set(wanted) <= set(seen)
        assert seen[-1] == seen[-2] == "more"
        await pilot.press("up", "up", "up")
        assert form.query_one("#schedule").has_focus_within


async def test_the_share_held_out_changes_the_data_and_nothing_is_read_again(tmp_path):
    app = a_form(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        app.screen.query_one(TrainingForm).focus_field("validation")
        await pilot.press(*"0.5")
        assert app.current_session.data.validation == 0.5
        assert len([one for one in app.service.asked if one[0] == "describe"]) == 1


async def test_the_command_is_copied_by_a_key(tmp_path):
    app = a_form(tmp_path, training=Training(epochs=7))
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("c")
        assert "--epochs 7" in app.clipboard


async def test_a_score_that_makes_no_sense_is_said_before_the_start(tmp_path):
    app = a_form(tmp_path, training=Training(primary_scoring="roc_auc"))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "roc_auc is for two classes, and there are 10. Use roc_auc_ovr." in reason(app)
        assert "2 Model" not in reason(app)
        line = next(one for one in app.screen.query(FieldLine) if one.field.name == "primary_scoring")
        assert line.has_class("-wrong")
        assert app.screen.query_one("#start", Button).disabled


async def test_the_time_is_told_when_a_run_like_it_is_known(tmp_path):
    app = a_form(tmp_path)
    run = recordings.record(recordings.new_run(app.runs_folder), recordings.done(1))
    experiment = replace(run.experiment(), model=app.current_session.model, training=Training())
    run.experiment_file.write_text(dump_experiment(experiment))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "2,000 images/s as before" in " ".join(screen_text(app).split()))


@pytest.mark.parametrize("kind", [word(one) for one in field(Training, "optimizer").parts])
async def test_every_optimizer_has_its_form(tmp_path, kind):
    app = a_form(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        choice = app.screen.query_one("#optimizer Choice")
        choice.value = kind
        await pilot.pause()
        assert word(type(app.current_session.training.optimizer)) == kind
        assert not app.screen.query_one(TrainingForm).mistake
