"""Train, Runs and hostile names, on runs that predict numbers."""

from pathlib import Path

import pytest

from cnn_tui.runs.client import Service
from cnn_tui.runs.run import Run
from cnn_tui.text import clean
from cnn_tui.ui.run_text import outcome
from tests.discs import a_run_of_numbers
from tests.ui.support import an_app, screen_text, until

HOSTILE = "[red]\x1b[31m<b>&\u202e"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return a_run_of_numbers(tmp_path_factory.mktemp("one"), epochs=3)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_train_shows_losses_and_metrics_and_no_accuracy(run: Run, size):
    app = an_app("train", run=run, service=Service())
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "Done: 3 epochs" in screen_text(app))
        await until(pilot, lambda: "mean_absolute_error" in screen_text(app))
        text = screen_text(app)
        assert "accuracy" not in text
        best = app.history.best
        assert f"epoch {best.epoch}, validation" in " ".join(text.split())
        assert f"validation loss {best.val_loss:.4g}." in outcome(app.history)
        await pilot.press("v")
        await until(pilot, lambda: "r2_score" in screen_text(app))


async def test_names_of_numbers_are_shown_as_text_everywhere(tmp_path: Path):
    run = a_run_of_numbers(tmp_path, epochs=1, train=20, test=10, named=HOSTILE)
    app = an_app("results", run=run, data=run.experiment().data, training=run.experiment().training, service=Service())
    async with app.run_test(size=(120, 40)) as pilot:
        for key, words in (("4", "R²"), ("5", "what the network sees"), ("1", "· row 1")):
            await pilot.press(key)
            await until(pilot, lambda words=words: words in screen_text(app))
            await until(pilot, lambda: clean(HOSTILE)[:8] in screen_text(app))
            assert "\x1b" not in screen_text(app)
            assert "\u202e" not in screen_text(app)
