"""The Predict place on a model that predicts numbers: a real run on discs, answered by the real service."""

from pathlib import Path

import numpy as np
import pytest

from cnn_tui.cli.main import run as run_command
from cnn_tui.runs.client import Service
from cnn_tui.runs.run import Run
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.prediction_text import number_lines
from cnn_tui.ui.screens.predict import PredictScreen
from cnn_tui.ui.widgets.canvas import Canvas
from cnn_tui.ui.widgets.chance_bars import ChanceBars
from cnn_tui.ui.widgets.predicted_table import PredictedTable
from tests.discs import a_run_of_numbers, discs
from tests.ui.support import an_app, screen_text, until


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return a_run_of_numbers(tmp_path_factory.mktemp("one"))


@pytest.fixture
def app(run: Run) -> CnnApp:
    return an_app("predict", run=run, service=Service())


def place(app: CnnApp) -> PredictScreen:
    screen = app.screen
    assert isinstance(screen, PredictScreen)
    return screen


def predicted(run: Run, images: Path, tmp_path: Path) -> list[float]:
    """What the command line says."""
    out = tmp_path / "predicted.tsv"
    assert run_command(["predict", str(run.path), str(images), "-o", str(out)]) == 0
    header, *rows = out.read_text().splitlines()
    assert header == "Predicted"
    return [float(row) for row in rows]


def images_of(run: Run, name: str = "X_test.tsv") -> Path:
    return run.path.parent.parent / "discs" / name


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_drawing_is_answered_with_numbers(app: CnnApp, size):
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: place(app).model is not None)
        assert not app.screen.query_one(ChanceBars).display
        app.screen.query_one(Canvas).focus()
        await pilot.press("space", "down", "down", "right")
        await until(pilot, lambda: place(app).drawn is not None)
        await pilot.pause()
        (value,) = place(app).drawn.chances
        assert f"{value:.5g}" in screen_text(app)
        assert "radius" in screen_text(app)
        assert "Keep" not in screen_text(app)  # a number is no label to choose from a list
        assert "1st" not in screen_text(app)


async def test_the_rows_of_a_file_are_those_of_the_command_line(app: CnnApp, run: Run, tmp_path: Path):
    expected = predicted(run, images_of(run), tmp_path)
    radius = discs(100, 2)[1]
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: place(app).model is not None)
        place(app).images = images_of(run).parent  # a folder of data: those of the test, with their numbers
        place(app)._turn_to("rows")
        place(app).predict()
        await until(pilot, lambda: place(app).answer is not None)
        np.testing.assert_allclose(place(app).answer.numbers[:, 0], expected, rtol=1e-5)
        np.testing.assert_allclose(place(app).answer.true[:, 0], radius, atol=1e-3)
        await until(pilot, lambda: "true" in screen_text(app))
        await pilot.pause()
        text = screen_text(app)
        off = abs(np.array(expected) - radius).mean()
        assert f"100 images · mean error {off:.3g} · discs" in text
        assert f"{expected[0]:.5g}" in text
        assert f"{radius[0]:.4g}" in text
        await pilot.press("down")
        await until(pilot, lambda: f"({expected[1] - radius[1]:+.3g})" in screen_text(app))
        assert app.screen.query_one(PredictedTable).row == 1
        assert "Wrong" not in screen_text(app)


async def test_images_without_numbers_are_predicted_too(app: CnnApp, run: Run, tmp_path: Path):
    alone = tmp_path / "some.tsv"
    alone.write_text("".join(images_of(run).read_text().splitlines(keepends=True)[:7]))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: place(app).model is not None)
        place(app).images = alone
        place(app)._turn_to("rows")
        place(app).predict()
        await until(pilot, lambda: "7 images · some.tsv" in screen_text(app))
        assert place(app).answer.true is None


async def test_numbers_are_written_in_galaxys_layout(app: CnnApp, run: Run, tmp_path: Path):
    expected = predicted(run, images_of(run), tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: place(app).model is not None)
        place(app).images = images_of(run)
        place(app)._turn_to("rows")
        place(app).predict()
        await until(pilot, lambda: place(app).answer is not None)
        await pilot.press("w")
        await until(pilot, lambda: "Write the predictions into" in screen_text(app))  # there is one layout only
        path = tmp_path / "written.tsv"
        await pilot.press("ctrl+u", *str(path), "enter")
        await until(pilot, path.exists)
        header, *rows = path.read_text().splitlines()
        assert header == "Predicted"
        np.testing.assert_allclose([float(row) for row in rows], expected, rtol=1e-5)


def test_the_command_line_tells_how_far_off_it_is(run: Run, tmp_path: Path, capsys):
    words = ["predict", str(run.path), str(images_of(run)), "-o", str(tmp_path / "out.tsv")]
    assert run_command([*words, "--labels", str(images_of(run, "y_test.tsv"))]) == 0
    assert "mean_squared_error 0." in capsys.readouterr().err


def test_numbers_that_are_not_of_the_model_are_left_out_with_a_note(run: Run, tmp_path: Path, capsys):
    labels = tmp_path / "y.tsv"
    labels.write_text("1\t2\n" * 100)
    words = ["predict", str(run.path), str(images_of(run)), "-o", str(tmp_path / "out.tsv")]
    assert run_command([*words, "--labels", str(labels)]) == 0
    assert "there are 2 for each image, and the model predicts 1" in capsys.readouterr().err


def test_numbers_stand_below_each_other():
    assert number_lines(("radius", "down"), (4.25, 7.0), (4.0, 7.5)) == [
        "radius         4.25   true 4 (+0.25)",
        "down              7   true 7.5 (-0.5)",
    ]
    assert number_lines(("radius",), ()) == ["radius "]
