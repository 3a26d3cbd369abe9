"""Results: the matrix of a run, the images of its cells, its scores, and what is said when there is no matrix."""

import csv
import re

import pytest
from textual.widgets import ContentSwitcher, Static

from cnn_tui.results.evaluation import read_evaluation
from cnn_tui.results.ordering import ordered
from cnn_tui.runs.run import Run
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.dialogs.explanation import ExplanationDialog
from cnn_tui.ui.dialogs.path import AskPath
from cnn_tui.ui.widgets.cell_images import CellImages
from cnn_tui.ui.widgets.confused_pairs import ConfusedPairs
from cnn_tui.ui.widgets.confusion_grid import ConfusionGrid
from cnn_tui.ui.widgets.score_table import ScoreTable
from tests import recordings
from tests.recordings import HOSTILE, at_work, beginning, epoch, evaluate, new_run, record
from tests.ui.support import FixedService, an_app, screen_text, until

SIZES = [(80, 24), (100, 30), (120, 40)]


@pytest.fixture
def run(tmp_path) -> Run:
    run = record(new_run(tmp_path), recordings.done(2))
    evaluate(run)
    return run


def looking_at(run: Run | None, service: FixedService | None = None) -> CnnApp:
    return an_app("results", run=run, service=service)


def grid(app: CnnApp) -> ConfusionGrid:
    return app.screen.query_one(ConfusionGrid)


@pytest.mark.parametrize("size", SIZES)
async def test_the_whole_matrix_is_in_view(run, size):
    app = looking_at(run)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        text = screen_text(app)
        assert "test · 2,000 images · accuracy 0.9550 (95 % 0.9450–0.9632) · loss 0.0812" in text
        assert grid(app).max_scroll_x == grid(app).max_scroll_y == 0
        for words in ("recall", "precision", "[186]", "187/195 0.959", "5 → 8", "true 0, predicted 0: 187 images"):
            assert words in text


async def test_where_there_is_room_the_images_follow_the_cursor(run):
    service = FixedService()
    app = looking_at(run, service)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("right", "right")
        await app.workers.wait_for_complete()
        await pilot.pause()
        panel = app.screen.query_one(CellImages)
        assert "true 0, predicted 2 · 2 images" in screen_text(app)
        assert panel.display
        assert service.asked[-1][:2] == ("pictures", "test")
        assert re.search(r"row \d", screen_text(app))


@pytest.mark.parametrize("size", [(80, 24), (100, 30)])
async def test_where_there_is_not_enter_shows_them_and_escape_comes_back(run, size):
    app = looking_at(run)
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert not grid(app).region.area
        assert re.search(r"row \d", screen_text(app))
        await pilot.press("escape")
        await pilot.pause()
        assert grid(app).has_focus
        assert grid(app).region.area


async def test_an_empty_cell_says_so(run):
    app = looking_at(run)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("right")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "No image is in this cell." in screen_text(app)


async def test_missing_predictions_are_said_in_words(run):
    run.predictions_file.unlink()
    app = looking_at(run)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "has no predictions yet" in str(app.screen.query_one("#why", Static).content)


async def test_units_and_order_can_be_switched(run):
    app = looking_at(run)
    async with app.run_test() as pilot:
        for unit in ("% of rows", "% of columns", "% of all", "counts"):
            await pilot.press("n")
            await pilot.pause()
            assert unit in screen_text(app)
        confusion = read_evaluation(run.evaluation_file).confusion
        for order in ("images", "errors", "similarity", "class"):
            await pilot.press("o")
            await until(pilot, lambda order=order: grid(app).order == ordered(confusion, order))
            first = app.screen.query_one(ScoreTable).words(0).split()[0]
            assert first == str(grid(app).order[0])


async def test_why_explains_the_class_under_the_cursor_and_its_neighbours(run):
    app = looking_at(run)
    async with app.run_test() as pilot:
        await pilot.press("down", "w")
        assert isinstance(app.screen, ExplanationDialog)
        assert "why: class 1" in screen_text(app)
        assert "TP / (TP + FP) = 214 / (214 + 5) = 214 / 219 = 0.977" in screen_text(app)
        await pilot.press("right")
        assert "why: class 2" in screen_text(app)
        await pilot.press("escape")
        assert grid(app).has_focus


async def test_choosing_a_pair_or_a_class_goes_to_its_cell(run):
    app = looking_at(run)
    async with app.run_test() as pilot:
        app.screen.query_one(ConfusedPairs).focus()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert grid(app).cell == (5, 8)
        app.screen.query_one(ScoreTable).focus()
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        assert grid(app).cell == (2, 2)


async def test_the_export_is_written_into_the_run_and_says_where(run, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    app = looking_at(run)
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("e", *"csv", "enter")
        await until(pilot, lambda: isinstance(app.screen, AskPath))
        await pilot.press("enter")
        path = run.path / "exports" / "confusion-test.csv"
        await until(pilot, path.exists)
        await app.workers.wait_for_complete()
        rows = list(csv.reader(path.read_text().splitlines()))
        assert len(rows) == 11
        assert f"Written: {path.relative_to(tmp_path)}" in "".join(str(one.message) for one in app._notifications)


@pytest.mark.parametrize("size", SIZES)
async def test_without_a_run_it_says_what_to_do(size):
    app = looking_at(None)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "No run has been trained yet." in screen_text(app)
        assert not app.screen.active_bindings["w"].enabled


async def test_while_the_run_trains_it_says_at_which_epoch_and_shows_the_matrix_when_it_comes(tmp_path):
    with at_work(record(new_run(tmp_path), [*beginning(), *epoch(1)])) as run:
        app = looking_at(run)
        async with app.run_test() as pilot:
            await pilot.pause()
            assert "The training is in epoch 2 of 10." in screen_text(app)
            evaluate(run)
            record(run, epoch(2))
            app.follow_run()
            await pilot.pause()
            assert app.screen.query_one(ContentSwitcher).current == "evaluation"
            assert grid(app).has_focus


async def test_an_evaluation_made_anew_is_shown(run):
    app = looking_at(run)
    async with app.run_test() as pilot:
        await pilot.pause()
        evaluate(run, errors=0.5)
        app.screen.show_history(app.history)
        await pilot.pause()
        assert "accuracy 0.4" in screen_text(app)


async def test_a_damaged_evaluation_is_said_and_nothing_breaks(run):
    run.evaluation_file.write_text("{")
    app = looking_at(run)
    async with app.run_test(notifications=True) as pilot:
        await pilot.pause()
        assert app.screen.query_one(ContentSwitcher).current == "nothing"
        assert "is damaged" in "".join(str(one.message) for one in app._notifications)


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_class_labels_are_shown_as_text_everywhere(tmp_path, size):
    run = record(new_run(tmp_path), recordings.done(2))
    evaluate(run, HOSTILE)
    app = looking_at(run)
    async with app.run_test(size=size) as pilot:
        for keys in ([], ["down", "n"], ["w"], ["right"], ["escape"], ["o"], ["enter"]):
            await pilot.press(*keys)
            await pilot.pause()
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", screen_text(app))
        for x, y in ((10, 3), (30, 2), (10, size[1] - 4), (size[0] - 20, size[1] - 4)):
            await pilot.click(offset=(x, y))
        assert app.is_running
