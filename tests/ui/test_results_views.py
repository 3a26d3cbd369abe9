"""The matrix looked at in other ways: epochs, another run, fewer classes, a thousand, and every score with curves."""

import numpy as np
import pytest
from rich.color import Color

from cnn_tui.results.compare import mcnemar
from cnn_tui.results.confusion import Confusion, of_cells
from cnn_tui.results.epoch_matrices import append_matrix
from cnn_tui.results.evaluation import Evaluation, read_predictions, write_evaluation
from cnn_tui.runs.run import Run
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.widgets.confusion_grid import ConfusionGrid
from cnn_tui.ui.widgets.matrix_map import MatrixMap
from tests import recordings
from tests.recordings import DIGITS, evaluate, new_run, record
from tests.ui.support import an_app, screen_text, until

SIZES = [(80, 24), (100, 30), (120, 40)]
MANY = tuple(f"class {number:03}" for number in range(1000))


@pytest.fixture
def run(tmp_path) -> Run:
    run = record(new_run(tmp_path), recordings.done(2))
    evaluate(run)
    return run


@pytest.fixture
def large(tmp_path) -> Run:
    run = record(new_run(tmp_path), recordings.done(2))
    cells = np.eye(1000, dtype=int) * 9 + np.eye(1000, k=1, dtype=int)
    write_evaluation(Evaluation("test", 0.5, of_cells(MANY, cells)), run.evaluation_file)
    return run


def grid(app: CnnApp) -> ConfusionGrid:
    return app.screen.query_one(ConfusionGrid)


async def test_t_walks_through_the_epochs_and_back_to_the_test(run):
    for epoch, hits in ((1, 5), (2, 8)):
        append_matrix(run.matrices_file, epoch, of_cells(DIGITS, np.eye(10, dtype=int) * hits + 1))
    app = an_app("results", run=run)
    async with app.run_test() as pilot:
        await pilot.press("t")
        await pilot.pause()
        assert "validation after epoch 1 of 2 · 150 images · accuracy 0.4000" in screen_text(app)
        await pilot.press("t")
        await pilot.pause()
        assert "after epoch 2 of 2" in screen_text(app)
        await pilot.press("t")
        await pilot.pause()
        assert "test · 2,000 images" in screen_text(app)
        await pilot.press("T", "escape")
        await pilot.pause()
        assert "test · 2,000 images" in screen_text(app)


async def test_without_epochs_the_key_is_greyed(run):
    app = an_app("results", run=run)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert not app.screen.active_bindings["t"].enabled


@pytest.mark.parametrize("size", SIZES)
async def test_c_shows_the_difference_to_another_run_and_mcnemars_test(run, tmp_path, size):
    other = record(new_run(tmp_path, "other"), recordings.done(2))
    evaluate(other, errors=0.2)
    app = an_app("results", run=run)
    async with app.run_test(size=size) as pilot:
        await pilot.press("c")
        await pilot.press("enter")
        await until(pilot, lambda: "McNemar" in screen_text(app))
        text = screen_text(app)
        test = mcnemar(read_predictions(run.predictions_file), read_predictions(other.predictions_file))
        assert f"χ² = {test.statistic:.2f}" in text.replace("\n", " ")
        assert "This is more than chance." in " ".join(text.split())
        assert "[+" in text
        await pilot.press("escape")
        await pilot.pause()
        assert "McNemar" not in screen_text(app)


async def test_without_another_run_it_says_so(run):
    app = an_app("results", run=run)
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("c")
        await pilot.pause()
        assert "There is no other run" in "".join(str(one.message) for one in app._notifications)


@pytest.mark.parametrize("size", SIZES)
async def test_a_thousand_classes_are_panned_with_a_map_and_found_by_three_keys(large, size):
    app = an_app("results", run=large)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert app.screen.query_one(MatrixMap).region.area
        await pilot.press("slash")
        await pilot.press("7", "3", "1", "enter")
        await pilot.pause()
        assert grid(app).cell == (731, 731)
        assert "class 731" in screen_text(app)
        await pilot.press("pagedown", "end")
        assert min(grid(app).cursor) > 731
        await pilot.press("b", "b")
        assert grid(app).cell == (1, 2)


async def test_the_most_confused_classes_stand_alone_and_the_rest_is_one(large):
    app = an_app("results", run=large)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f")
        await pilot.pause()
        assert len(grid(app).order) == 11
        assert "(other)" in screen_text(app)
        assert "10 most confused · test" in screen_text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_s_shows_every_score_and_the_curves(run, size):
    app = an_app("results", run=run)
    async with app.run_test(size=size) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: "ROC · class 0" in screen_text(app))
        await until(pilot, lambda: "top 3" in screen_text(app))
        assert "Cohen's kappa" in screen_text(app)
        await pilot.press("right", "tab")
        await pilot.pause()
        assert "precision, recall · class 1" in screen_text(app)
        await pilot.press("tab")
        await pilot.pause()
        assert "Expected calibration error" in screen_text(app)
        await pilot.press("g")
        await until(pilot, lambda: "balanced_accuracy" in screen_text(app))
        await pilot.press("escape")
        assert grid(app).has_focus


async def test_two_classes_have_a_threshold(tmp_path):
    run = record(new_run(tmp_path), recordings.done(2))
    evaluate(run, ("cat", "dog"))
    app = an_app("results", run=run)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: "ROC" in screen_text(app))
        await pilot.press("shift+tab", "plus")
        await pilot.pause()
        assert "Above 0.51 an image is dog" in " ".join(screen_text(app).split())


async def test_what_cannot_be_divided_is_a_dash(tmp_path):
    run = record(new_run(tmp_path), recordings.done(2))
    write_evaluation(Evaluation("test", 0.5, Confusion(("a", "b"), ((3, 0), (0, 0)))), run.evaluation_file)
    app = an_app("results", run=run)
    async with app.run_test() as pilot:
        await pilot.pause()
        line = next(line for line in screen_text(app).splitlines() if "[0]" in line)
        assert " - " in line


@pytest.mark.parametrize("theme", ["cnn-dark", "cnn-light"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_character_can_be_read_in_grey(run, size, theme):
    """Between a number and the colour under it there is contrast enough where only lightness is seen (WCAG: 3)."""
    app = an_app("results", run=run, theme=theme)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for y in range(grid(app).size.height):
            for segment in grid(app).render_line(y):
                if segment.text.strip(" ·") and segment.style and segment.style.bgcolor and segment.style.color:
                    light = sorted(map(_luminance, (segment.style.color, segment.style.bgcolor)))
                    assert (light[1] + 0.05) / (light[0] + 0.05) > 3, (segment.text, segment.style)


def _luminance(color: Color) -> float:
    parts = [part / 255 for part in color.get_truecolor()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
