"""The Data place and its neighbours on labels that are numbers: read, drawn and trained on by the real service."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from textual.widgets import Static

from cnn_tui.data.find import find_data
from cnn_tui.runs.client import Service
from cnn_tui.spec.data import Data
from cnn_tui.spec.layers import Dense
from cnn_tui.spec.model import Model
from cnn_tui.spec.training import Training
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.data_view import groups
from cnn_tui.ui.start import command_line, data_command, obstacle
from cnn_tui.ui.widgets.class_bars import ClassBars
from cnn_tui.ui.widgets.field_line import FieldLine
from cnn_tui.ui.widgets.problem_list import ProblemList
from tests.discs import discs, write_discs
from tests.ui.support import an_app, screen_text, until


@pytest.fixture
def data(tmp_path: Path) -> Data:
    write_discs(tmp_path / "discs", train=60, test=20)
    return find_data([tmp_path / "discs"])


@pytest.fixture
def three(tmp_path: Path) -> Data:
    write_discs(tmp_path / "discs", train=60, test=20, numbers=3)
    return find_data([tmp_path / "discs"])


def looking_at(data: Data, place: str = "data", **training: object) -> CnnApp:
    return an_app(place, data=data, service=Service(), training=Training(**training))


async def read(pilot, app: CnnApp) -> None:
    await until(pilot, lambda: app.current_session.report is not None)
    await until(pilot, lambda: bool(app.screen.query(ClassBars)) and " · row 1" in screen_text(app))


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40)])
async def test_numbers_are_shown_as_bars_of_steps(data: Data, size):
    app = looking_at(replace(data, targets="numbers"))
    async with app.run_test(size=size) as pilot:
        await read(pilot, app)
        text, report = screen_text(app), app.current_session.report
        assert report
        for group in groups(report, 0):
            assert group in text
        spread = report.train.spreads[0]
        assert f"mean {spread.mean:.4g}" in text
        assert "radius · train" in text
        assert "number: radius" in text
        assert "One-hot" not in text
        assert f"{discs(60, 1)[1][0]:.3g} · row 1" in text


async def test_a_step_is_looked_at_like_a_class(data: Data):
    app = looking_at(replace(data, targets="numbers"))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot, app)
        report = app.current_session.report
        assert report
        low, high = report.targets[0].edges[:2]
        inside = np.flatnonzero((discs(60, 1)[1] >= low - 1e-3) & (discs(60, 1)[1] < high))
        await pilot.press("c")
        await until(pilot, lambda: f"· row {inside[0] + 1} " in screen_text(app))
        assert "· row 1 " not in screen_text(app) or inside[0] == 0
        await pilot.press("m")
        await until(pilot, lambda: "· mean" in screen_text(app))
        await pilot.press("h")
        assert "These labels are numbers" in str(app.screen.query_one("#hint", Static).content)


async def test_several_numbers_are_gone_through(three: Data):
    app = looking_at(replace(three, targets="numbers"))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot, app)
        assert "own file, 3 numbers: radius" in screen_text(app)
        assert "60×3" in screen_text(app)
        for words in ("down 2/3 · train", "right 3/3 · train", "radius 1/3 · train"):
            await pilot.press("n")
            await pilot.pause()
            assert words in screen_text(app)


async def test_numbers_that_are_read_as_classes_are_mended_by_one_key(data: Data):
    app = looking_at(data)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.current_session.data_problem))
        await until(pilot, lambda: "set targets to numbers" in " ".join(screen_text(app).split()))
        await pilot.press("f")
        await read(pilot, app)
        assert app.current_session.data.targets == "numbers"
        hint = str(app.screen.query_one("#hint", Static).content)
        assert "Labels are numbers, but the loss categorical_crossentropy is for classes: set it in 3 Train." in hint
        assert "f scales." in hint
        assert obstacle(app.current_session).startswith("the model: takes 784 values")


async def test_classes_that_are_read_as_numbers_are_told_with_the_way_back(few_digits: Data):
    app = looking_at(replace(few_digits, targets="numbers"))
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot, app)
        problems = app.screen.query_one(ProblemList).options
        assert any("may be classes. Set targets to classes if they are." in str(one.prompt) for one in problems)


async def test_another_loss_reads_the_labels_anew(few_digits: Data):
    app = looking_at(few_digits)
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot, app)
        assert app.current_session.report.classes == tuple("0123456789")
        app.session = replace(app.current_session, training=Training(loss="mean_squared_error"))
        assert app.current_session.report is None  # nothing that was known holds for another meaning
        await until(pilot, lambda: app.current_session.report is not None)
        assert [target.name for target in app.current_session.report.targets] == ["number"]
        app.session = replace(app.current_session, training=Training(loss="hinge"))
        await until(pilot, lambda: app.current_session.report is not None)
        assert app.current_session.report.classes == tuple("0123456789")


async def test_a_loss_for_numbers_mends_what_could_not_be_read(data: Data):
    app = looking_at(data)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.current_session.data_problem))
        app.session = replace(app.current_session, training=Training(loss="huber"))
        await read(pilot, app)
        assert app.current_session.data_problem == ""


async def test_the_model_place_mends_a_model_for_numbers(data: Data):
    app = looking_at(data, place="model", loss="mean_squared_error")
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.current_session.report is not None)
        app.session = app.current_session.with_model(Model((256,), (Dense(units=10, activation="softmax"),)))
        await until(pilot, lambda: "gives 10 values but the data has 1 number a label" in screen_text(app))
        await pilot.press("ctrl+f", "ctrl+f")
        await until(pilot, lambda: app.current_session.problems == ())
        assert app.current_session.model.layers == (Dense(units=1, activation="linear"),)


async def test_a_new_last_layer_ends_in_numbers(three: Data):
    app = looking_at(three, place="model", loss="mean_squared_error")
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.current_session.report is not None)
        app.session = app.current_session.with_model(Model((256,), ()))
        await pilot.press("a", *"dense")
        await pilot.press("enter")
        await until(pilot, lambda: bool(app.current_session.model.layers))
        assert app.current_session.model.layers == (Dense(units=3, activation="linear"),)


async def test_settings_that_need_classes_are_marked_in_the_form(data: Data):
    app = looking_at(replace(data, targets="numbers", split="stratified"), loss="huber")
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot, app)
        app.session = app.current_session.with_model(Model((256,), (Dense(units=1),)))
        await until(pilot, lambda: "cannot be split evenly by class" in " ".join(screen_text(app).split()))
        assert str(app.screen.query_one("#hint", Static).content).startswith("✗ split: the labels are numbers")
        line = next(one for one in app.screen.query(FieldLine) if one.field.name == "split")
        assert line.has_class("-wrong")
        assert obstacle(app.current_session).endswith('Use the split "shuffled". Mend it in 1 Data.')


def test_the_commands_say_that_labels_are_numbers(data: Data, tmp_path: Path):
    said = replace(data, targets="numbers")
    app = looking_at(said, loss="huber")
    assert "--targets numbers" in data_command(said, tmp_path).text
    command = command_line(app.current_session, tmp_path).text
    assert "--targets numbers" in command
    assert "--loss huber" in command
    assert "--targets" not in data_command(data, tmp_path).text
