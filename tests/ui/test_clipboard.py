"""Any panel goes into the clipboard as text, with one key in every place."""

import pytest

from cnn_tui.ui.clipboard import panel_text, widget_text
from cnn_tui.ui.places import PLACES
from cnn_tui.ui.widgets.confusion_grid import ConfusionGrid
from cnn_tui.ui.widgets.half_blocks import UPPER
from tests import recordings
from tests.recordings import evaluate, new_run, record
from tests.ui.support import a_report, an_app, some_data


@pytest.fixture
def run(tmp_path):
    run = record(new_run(tmp_path), recordings.done(2))
    evaluate(run)
    run.weights_file.write_bytes(b"weights")
    return run


@pytest.mark.parametrize("place", [place.key for place in PLACES])
async def test_in_every_place_the_same_key_copies_what_is_looked_at(run, place):
    app = an_app(place, run=run, data=some_data(), report=a_report())
    app.runs_folder = run.path.parent
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("ctrl+t")
        assert app.clipboard.strip()
        assert all(character.isprintable() or character == "\n" for character in app.clipboard)
        assert not set("╭╮╰╯") & set(app.clipboard)
        assert "in the clipboard" in "".join(str(one.message) for one in app._notifications)


async def test_a_panel_is_copied_as_it_stands_with_its_title(run):
    app = an_app("results", run=run)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        grid = app.screen.query_one(ConfusionGrid)
        text = panel_text(app.screen)
        assert text == widget_text(grid)
        first, *lines = text.splitlines()
        assert first.startswith("test · 2,000 images · accuracy 0.9550")
        assert any("[186]" in line for line in lines)
        assert "recall" in text


async def test_pictures_are_copied_as_shades(run):
    app = an_app("data", data=some_data(), report=a_report())
    async with app.run_test(size=(120, 40)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        app.screen.set_focus(None)
        text = panel_text(app.screen)
        assert UPPER not in text
        assert "█" in text
        assert "cnn-tui" not in text.splitlines()[0]
