"""The images of a cell: by loss, one after the other, enlarged, marked; rows where a table makes no pictures."""

import numpy as np
import pytest
from msgspec.structs import replace

from cnn_tui.results.evaluation import read_predictions
from cnn_tui.runs.client import Pictures as Answer
from cnn_tui.runs.run import Run
from cnn_tui.spec.marks import read_marks
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.widgets.cell_images import CellImages
from cnn_tui.ui.widgets.confusion_grid import ConfusionGrid
from tests import recordings
from tests.recordings import evaluate, new_run, record
from tests.ui.support import FixedService, an_app, screen_text, until


@pytest.fixture
def run(tmp_path) -> Run:
    run = record(new_run(tmp_path), recordings.done(2))
    evaluate(run)
    return run


async def opened(pilot, app: CnnApp, keys: tuple[str, ...] = ("b", "enter")) -> None:
    await pilot.press(*keys)
    await until(pilot, lambda: "the largest loss first" in screen_text(app))


async def test_they_are_sorted_by_loss_with_what_the_model_made_of_each(run):
    app = an_app("results", run=run)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, app)
        true, predicted = app.screen.query_one(ConfusionGrid).cell
        first = read_predictions(run.predictions_file).of_cell([true], [predicted])[0]
        text = screen_text(app)
        assert f"row {first.row + 1:,}" in text
        assert f"true {true} → {predicted}" in text
        assert f"{predicted} {first.likeliest[0][1]:.3f}  " in text


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_keys_go_on_enlarge_and_come_back(run, size):
    app = an_app("results", run=run)
    async with app.run_test(size=size) as pilot:
        await opened(pilot, app, ("enter",))
        assert "1 of 187" in screen_text(app)
        await pilot.press("right", "right", "left", "z")
        await pilot.pause()
        assert "2 of 187" in screen_text(app)
        assert screen_text(app).count("true 0 → 0") == 1
        await pilot.press("z", "escape")
        await pilot.pause()
        assert app.screen.query_one(ConfusionGrid).has_focus


async def test_beyond_the_images_that_were_read_the_next_ones_come(run):
    app = an_app("results", run=run)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, app, ("enter",))
        await pilot.press(*["right"] * 48)
        await until(pilot, lambda: "49 of 187" in screen_text(app))
        await pilot.press("left")
        await until(pilot, lambda: "48 of 187" in screen_text(app))


async def test_marks_are_kept_in_the_run_and_shown_when_it_is_opened_again(run):
    app = an_app("results", run=run)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, app)
        await pilot.press("m", "right", "x", "x")
        await pilot.pause()
        (mark,) = read_marks(run.marks_file)
        assert (mark.part, mark.mark) == ("test", "mislabelled")
    again = an_app("results", run=run)
    async with again.run_test(size=(120, 40)) as pilot:
        await opened(pilot, again)
        assert f"row {mark.row:,}  ✗ mislabelled" in screen_text(again)
        await pilot.press("m")
        await pilot.pause()
        assert read_marks(run.marks_file) == ()


class RowService(FixedService):
    """Rows of five numbers, which make no picture."""

    async def pictures(self, data, part: str, rows: list[int]) -> Answer:
        answer = await super().pictures(data, part, rows)
        numbers = np.array(rows, np.float32)[:, None] + np.array([0.5, 1.5, 2.5, 3.5, 4.5], np.float32)
        return replace(answer, images=numbers[:, None, :, None])


async def test_a_table_that_makes_no_pictures_shows_its_rows(run):
    app = an_app("results", run=run, service=RowService())
    async with app.run_test(size=(160, 40)) as pilot:
        await opened(pilot, app)
        rows = app.screen.query_one(CellImages).target
        assert rows.has_focus
        await pilot.press("down", "m")
        await pilot.pause()
        (mark,) = read_marks(run.marks_file)
        line = str(rows.get_option_at_index(1).prompt)
        assert f"row {mark.row:,}  ✗ mislabelled" in line
        assert f"│ {mark.row - 0.5:.4g} {mark.row + 0.5:.4g}" in line
