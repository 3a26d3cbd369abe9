"""Results of a run that predicts numbers: a real run on discs, its images from the real service."""

from pathlib import Path

import numpy as np
import pytest
from textual.widgets import ContentSwitcher, Static

from cnn_tui.results.numbers import Numbers, read_numbers
from cnn_tui.runs.client import Service
from cnn_tui.runs.run import Run
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.comparison import compare
from cnn_tui.ui.dialogs.path import AskPath
from cnn_tui.ui.scatter import CHOSEN, RIGHT, scatter_lines
from cnn_tui.ui.widgets.miss_table import MissTable
from cnn_tui.ui.widgets.number_results import NumberResults
from cnn_tui.ui.widgets.pictures import Pictures
from cnn_tui.ui.widgets.run_table import RunTable
from tests.discs import a_run_of_numbers, discs
from tests.ui.support import an_app, screen_text, until

SIZES = [(80, 24), (100, 30), (120, 40)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return a_run_of_numbers(tmp_path_factory.mktemp("one"))


@pytest.fixture(scope="module")
def run_of_three(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return a_run_of_numbers(tmp_path_factory.mktemp("three"), numbers=3)


def told(run: Run) -> Numbers:
    found = read_numbers(run.scores_file, run.predictions_file)
    assert found
    return found


def looking_at(run: Run) -> CnnApp:
    return an_app("results", run=run, service=Service())


def table(app: CnnApp) -> MissTable:
    return app.screen.query_one(MissTable)


def image_words(app: CnnApp) -> str:
    return str(app.screen.query_one("#miss-words", Static).content)


async def test_enter_in_runs_opens_its_results(run: Run):
    app = an_app("runs", service=Service())
    app.runs_folder = run.path.parent
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.screen.query_one(RunTable).count == 1)
        await pilot.press("enter")
        await until(pilot, lambda: app.current_mode == "results")
        assert app.current_session.run == run
        await until(pilot, lambda: table(app).has_focus)


@pytest.mark.parametrize("size", SIZES)
async def test_no_digit_of_an_error_is_cut(run: Run, size):
    numbers = told(run)
    app = looking_at(run)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: table(app).has_focus)
        await pilot.pause()
        text = screen_text(app)
        for place in numbers.order(0, "largest")[:5].tolist():
            one = numbers.missed(place, 0)
            assert f"{one.true:.4g}" in text
            assert f" {one.error:+.3g}" in text
        assert " error" in text


@pytest.mark.parametrize("size", SIZES)
async def test_scatter_scores_and_errors_are_in_view(run: Run, size):
    numbers = told(run)
    app = looking_at(run)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: table(app).has_focus)
        await pilot.pause()
        text = screen_text(app)
        scores = {one.name: one.value for one in numbers.scores(0)}
        assert f"radius · test · 100 images · R² {scores['r2']:.4f}" in text
        for words in ("mean error", "largest error", f"{scores['max_error']:.4g}", "the largest errors first"):
            assert words in text
        assert f"to say {numbers.baseline(0)[0]:.4g} of every image" in text
        worst = numbers.missed(int(numbers.order(0)[0]), 0)
        assert f"row {worst.row + 1}" in text
        assert f"{worst.error:+.3g}" in text
        assert CHOSEN in text
        assert "Unit" not in text  # the keys of a matrix are not shown


async def test_the_image_of_an_error_is_read_and_opened(run: Run):
    numbers = told(run)
    app = looking_at(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: table(app).has_focus)
        assert not app.screen.query_one("#miss").display
        await pilot.press("down", "enter")
        at = int(numbers.order(0)[1])
        row = int(numbers.rows[at])
        await until(pilot, lambda: f"row {row + 1}" in str(app.screen.query_one("#miss").border_title))
        shown = app.screen.query_one(NumberResults).query_one(Pictures)._given
        image = discs(100, 2)[0][row].reshape(16, 16)
        factor = len(shown[0]) // 16
        np.testing.assert_array_equal(shown[0, ::factor, ::factor, 0], image)
        missed = numbers.missed(at, 0)
        assert f"true {missed.true:.4g}, predicted {missed.predicted:.4g}" in image_words(app)
        assert ("too high" if missed.error > 0 else "too low") in image_words(app)
        await pilot.press("escape")
        assert not app.screen.query_one("#miss").display
        await pilot.press("right_square_bracket")
        assert app.screen.query_one("#miss").display


async def test_where_there_is_room_the_image_follows_the_cursor(run: Run):
    numbers = told(run)
    app = looking_at(run)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: table(app).has_focus)
        for place in (0, 1, 2):
            row = int(numbers.rows[numbers.order(0)[place]])
            await until(pilot, lambda row=row: f"row {row + 1}" in str(app.screen.query_one("#miss").border_title))
            await pilot.press("down")


async def test_errors_are_ordered_and_numbers_are_gone_through(run_of_three: Run):
    numbers = told(run_of_three)
    app = looking_at(run_of_three)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: table(app).has_focus)
        for by in ("too high", "too low", "rows", "largest"):
            await pilot.press("o")
            assert table(app).shown == numbers.order(0, by).tolist()
        await pilot.press("n")
        assert table(app).shown == numbers.order(1).tolist()
        await pilot.pause()
        assert "down (2 of 3) · test" in screen_text(app)
        await pilot.press("n", "n")
        assert "radius (1 of 3) · test" in screen_text(app)


async def test_another_run_takes_its_place(run: Run, tmp_path: Path):
    app = looking_at(run)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: table(app).has_focus)
        app.session = type(app.current_session)(model=app.current_session.model)
        await pilot.pause()
        assert app.screen.query_one(ContentSwitcher).current == "nothing"
        assert "No run has been trained yet." in screen_text(app)


async def test_files_that_are_damaged_are_told(tmp_path: Path):
    run = a_run_of_numbers(tmp_path, epochs=1, train=20, test=10)
    run.predictions_file.write_bytes(b"damaged")
    app = looking_at(run)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: "is damaged" in "".join(str(one.message) for one in app._notifications))
        assert not app.screen.query_one(NumberResults).parent.display


async def test_data_that_have_gone_are_told_beside_the_numbers(tmp_path: Path):
    run = a_run_of_numbers(tmp_path, epochs=1, train=20, test=10)
    (tmp_path / "discs" / "X_test.tsv").unlink()
    app = looking_at(run)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "X_test.tsv" in image_words(app))
        assert "R²" in screen_text(app)


def drawn(true: list[float], predicted: list[float], chosen: int | None = None) -> list[str]:
    lines = scatter_lines(np.array(true), np.array(predicted), chosen, 40, 12)
    return ["".join(part for part, _ in line) for line in lines]


def test_right_answers_lie_on_the_line():
    lines = drawn([0, 1, 2, 3], [0, 1, 2, 3])
    assert all(len(line) == 40 for line in lines)
    signs = [line.count(RIGHT) for line in lines[:-1]]
    assert max(signs) <= 3
    columns = [line.index(RIGHT) for line in lines[:-1] if RIGHT in line]
    assert columns == sorted(columns, reverse=True)


def test_what_is_too_high_is_above_what_is_too_low_below():
    lines = drawn([5, 5, 0, 10], [10, 0, 0, 10], chosen=0)
    assert CHOSEN in lines[0]
    assert lines[0].index(CHOSEN) in (21, 22)
    assert CHOSEN in drawn([5, 5, 0, 10], [10, 0, 0, 10], chosen=1)[10]


@pytest.mark.parametrize("values", [([1.0], [1.0]), ([np.nan], [1.0]), ([0.0, np.inf], [0.0, 1.0]), ([1, 1], [2, 2])])
def test_anything_can_be_drawn(values):
    assert len(drawn(*values, chosen=0)) == 12


async def test_the_numbers_are_taken_away(run: Run):
    app = looking_at(run)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: table(app).has_focus)
        await pilot.press("e")
        await until(pilot, lambda: "HTML report" in screen_text(app))
        assert "true and predicted numbers of every image" in screen_text(app)
        await pilot.press(*"csv", "enter")
        await until(pilot, lambda: isinstance(app.screen, AskPath))
        await pilot.press("enter")
        written = run.exports_folder / "numbers-test.csv"
        await until(pilot, written.exists)
        assert written.read_text().startswith("row,true radius,predicted radius,error radius\n")


def test_two_runs_of_numbers_are_compared_image_by_image(run: Run, run_of_three: Run, tmp_path: Path):
    other = a_run_of_numbers(tmp_path, epochs=1)
    one, two = told(run), told(other)
    first, second = abs(one.errors[:, 0]), abs(two.errors[:, 0])
    (sentence,) = compare([run, other]).sentences
    assert f"mean error {first.mean():.4g} and {second.mean():.4g}" in sentence
    assert f"nearer on {(first < second).sum()}, the second on {(second < first).sum()}" in sentence
    assert "tested on other images or numbers" in compare([run, run_of_three]).sentences[0]
