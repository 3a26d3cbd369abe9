"""Predict: a drawing that is answered live, files as rows, what is greyed, what is said when there is no model."""

import numpy as np
import pytest
from msgspec.structs import replace

from cnn_tui.errors import UserError
from cnn_tui.runs.run import Run
from cnn_tui.ui.dialogs.confirm import Confirm
from cnn_tui.ui.dialogs.path import AskPath
from cnn_tui.ui.ink import Drawing, ink
from cnn_tui.ui.screens.predict import PredictScreen
from cnn_tui.ui.widgets.canvas import Canvas
from cnn_tui.ui.widgets.predicted_table import PredictedTable
from tests import recordings
from tests.recordings import HOSTILE, new_run, record
from tests.ui.support import FixedService, an_app, screen_text, until
from tests.ui.test_hostile_text import check_the_screen

SIZES = [(80, 24), (100, 30), (120, 40)]


@pytest.fixture
def run(tmp_path) -> Run:
    run = record(new_run(tmp_path), recordings.done(2))
    run.weights_file.write_bytes(b"weights")
    return run


def predicting(run, service=None):
    return an_app("predict", run=run, service=service)


def screen(app) -> PredictScreen:
    assert isinstance(app.screen, PredictScreen)
    return app.screen


async def opened(app, pilot, path):
    """A file was opened and predicted."""
    await pilot.press("o")
    await until(pilot, lambda: isinstance(app.screen, AskPath))
    app.screen.query_one("Input").value = str(path)
    await pilot.press("ctrl+o")
    await until(pilot, lambda: isinstance(app.screen, PredictScreen) and app.screen.answer is not None)
    await app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
async def test_the_canvas_and_the_classes_are_in_view(run, size):
    app = predicting(run)
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        canvas = app.screen.query_one(Canvas)
        assert canvas.region.size == (40, 20)
        assert app.screen.region.contains_region(canvas.region)
        text = screen_text(app)
        assert "what the network sees" in text
        assert run.name in text
        assert canvas.has_focus


async def test_keys_draw_and_the_answer_follows(run):
    app = predicting(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.press("space", *["down"] * 8)
        await app.workers.wait_for_complete()
        await pilot.pause()
        canvas = app.screen.query_one(Canvas)
        assert [len(stroke) for stroke in canvas.drawing.strokes] == [9]
        assert "1st" in screen_text(app)
        assert "0.910" in screen_text(app)
        await pilot.press("space", "right", "right", "space", "end")
        assert len(canvas.drawing.strokes) == 2
        assert np.array_equal(canvas.ink, ink(canvas.drawing))
        await pilot.press("u")
        assert len(canvas.drawing.strokes) == 1
        await pilot.press("delete")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert canvas.drawing == Drawing(40, 40)
        assert "1st" not in screen_text(app)


async def test_the_mouse_draws(run):
    app = predicting(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.mouse_down(Canvas, offset=(5, 3))
        await pilot.hover(Canvas, offset=(12, 3))
        await pilot.hover(Canvas, offset=(12, 9))
        await pilot.mouse_up(Canvas, offset=(12, 9))
        await pilot.hover(Canvas, offset=(20, 9))
        canvas = app.screen.query_one(Canvas)
        (stroke,) = canvas.drawing.strokes
        assert stroke[0] == (5.5, 7.0)
        assert stroke[-1] == (12.5, 19.0)
        assert canvas.ink[7, 8] == 255
        assert canvas.ink[30, 30] == 0


async def test_a_drawing_is_kept_with_its_label(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    class Keeping(FixedService):
        async def keep_drawing(self, out, picture, label):
            self.asked.append(("kept", out, picture.shape, label))
            return 1

    service = Keeping()
    app = predicting(run, service)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await app.workers.wait_for_complete()
        assert not app.screen.active_bindings["k"].enabled
        await pilot.press("space", *["down"] * 5)
        await app.workers.wait_for_complete()
        await pilot.press("k", "7", "enter", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert service.asked[-1] == ("kept", str(tmp_path / "drawings.tsv"), (28, 28, 1), "7")
        assert not app.screen.query_one(Canvas).can_undo
        assert "1 drawing in drawings.tsv, which 1 Data opens" in "".join(
            str(one.message) for one in app._notifications
        )


@pytest.mark.parametrize("size", SIZES)
async def test_a_file_is_predicted_into_rows(run, tmp_path, size):
    service = FixedService()
    app = predicting(run, service)
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await opened(app, pilot, tmp_path)
        text = screen_text(app)
        assert "30 images · accuracy 0.9" in text
        assert "row 1" in text
        assert "✓ 0" in text
        assert "image 1" in text
        await pilot.press("down", "down")
        await app.workers.wait_for_complete()
        assert service.asked[-1] == ("looked_at", 2)
        await pilot.press("f")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.screen.query_one(PredictedTable).count == 3
        assert "✗ 0" in screen_text(app)
        assert service.asked[-1] == ("looked_at", 29)
        await pilot.press("d")
        await pilot.pause()
        assert app.screen.query_one(Canvas).has_focus


async def test_names_of_classes_can_be_given(run, tmp_path):
    app = predicting(run)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.workers.wait_for_complete()
        await opened(app, pilot, tmp_path)
        await pilot.press("c")
        await pilot.pause()
        app.screen.query_one("Input").value = "only, two"
        await pilot.pause()
        assert "✗ Holds 2 class names but the model has 10 classes." in str(app.screen.query_one("#note").content)
        await pilot.press("enter")
        app.screen.query_one("Input").value = "zero,one,two,three,four,five,six,seven,eight,nine"
        await pilot.pause()
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "✓ seven" in screen_text(app)


async def test_a_long_prediction_shows_how_far_it_is_and_can_be_stopped(run, tmp_path):
    service = FixedService()
    app = predicting(run, service)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await app.workers.wait_for_complete()
        service.held = True
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, AskPath))
        app.screen.query_one("Input").value = str(tmp_path)
        await pilot.press("ctrl+o")
        await until(
            pilot, lambda: "43%" in str(app.screen.query("#rows") and app.screen.query_one("#rows").border_subtitle)
        )
        assert "escape stops" in screen_text(app)
        await pilot.press("escape")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert screen(app).answer is None
        assert "Predicting was stopped." in "".join(str(one.message) for one in app._notifications)


async def test_predictions_are_written_and_nothing_is_replaced_unasked(run, tmp_path):
    class Writing(FixedService):
        async def write_predictions(self, file, path, out, **how):
            self.asked.append(("write", out, how["probabilities"]))
            return 30

    service = Writing()
    app = predicting(run, service)
    images = tmp_path / "X_new.tsv"
    images.write_text("1\n")
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await app.workers.wait_for_complete()
        assert not app.screen.active_bindings["w"].enabled
        await opened(app, pilot, images)
        await pilot.press("w", "down", "enter", "enter")
        await app.workers.wait_for_complete()
        out = tmp_path / "X_new_probabilities.tsv"
        assert ("write", str(out), True) in service.asked
        out.write_text("precious")
        await pilot.press("w", "down", "enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("n")
        await pilot.pause()
        assert service.asked.count(("write", str(out), True)) == 1


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"picture": None, "data_shape": (17,)}, "17 values, which make no picture"),
        ({"picture": (8, 8, 7), "data_shape": (8, 8, 7)}, "pictures of 7 channels"),
    ],
)
async def test_where_drawing_makes_no_sense_it_says_why(run, facts, words):
    service = FixedService()
    service.facts = replace(service.facts, **facts)
    app = predicting(run, service)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        why = app.screen.query_one("#why-not")
        assert words in str(why.content)
        assert why.region.area
        assert not app.screen.query_one(Canvas).display


@pytest.mark.parametrize(
    ("picture", "size"), [((32, 32, 3), (40, 40)), ((20, 40, 1), (20, 40)), ((64, 16, 1), (40, 10))]
)
async def test_the_canvas_has_the_proportions_of_the_models_picture(run, picture, size):
    service = FixedService()
    service.facts = replace(service.facts, picture=picture, data_shape=picture)
    app = predicting(run, service)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.press("space", "down")
        await app.workers.wait_for_complete()
        drawing = app.screen.query_one(Canvas).drawing
        assert (drawing.height, drawing.width) == size


@pytest.mark.parametrize("size", [(40, 12), *SIZES])
async def test_without_a_model_it_says_what_to_do(tmp_path, size):
    app = predicting(None)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "There is no trained model yet." in screen_text(app)
        assert not app.screen.active_bindings["o"].enabled
    untrained = predicting(record(new_run(tmp_path), []))
    async with untrained.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "has no weights yet" in screen_text(untrained)


async def test_a_damaged_model_is_said_in_its_place(run):
    app = predicting(run, FixedService(problem=UserError("is damaged", "model.safetensors", "Train it again.")))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "model.safetensors: is damaged. Train it again." in screen_text(app)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_classes_are_shown_as_text(run, tmp_path, text):
    service = FixedService()
    service.facts = replace(service.facts, classes=tuple(f"{text}{place}" for place in range(10)))
    app = predicting(run, service)
    async with app.run_test(size=(100, 30)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.press("space", "down")
        await app.workers.wait_for_complete()
        await pilot.pause()
        check_the_screen(app)
        await opened(app, pilot, tmp_path)
        check_the_screen(app)


async def test_without_colour_strokes_are_shades(run, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = predicting(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.press("space", *["down"] * 6)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "█" in screen_text(app)
