"""The Results place: how soon a thousand classes are there, how fast they are panned, how soon images come."""

import asyncio
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from benchmarks.report import Row, Wanted
from cnn_tui.results.confusion import count
from cnn_tui.results.evaluation import Evaluation, Predictions, write_evaluation, write_predictions
from cnn_tui.runs.run import Run, create_run
from cnn_tui.settings import Settings
from cnn_tui.spec.presets import tutorial
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.session import Session
from cnn_tui.ui.widgets.cell_images import CellImages
from cnn_tui.ui.widgets.confusion_grid import ConfusionGrid

SIZE = (120, 40)
IMAGES, FRAMES, CELLS = 10_000, 60, 15


def rows(rounds: int) -> list[Row]:
    """Three rows."""
    with tempfile.TemporaryDirectory() as folder:
        large, small = _evaluated(Path(folder), 1000), _evaluated(Path(folder), 10)
        opened = [asyncio.run(_opening(large)) for _ in range(rounds)]
        images = [asyncio.run(_images(small)) for _ in range(rounds)]
    seconds, frames = zip(*opened, strict=True)
    return [
        Row(what="Results of 1,000 classes: opened", unit="s", ours=seconds, wanted=Wanted("ours", "<", 1)),
        Row(what="1,000 classes panned", unit="frames/s", ours=frames, wanted=Wanted("ours", "≥", 20)),
        Row(
            what=f"Enter on a cell of {IMAGES:,} images: pictures",
            unit="ms",
            ours=tuple(images),
            wanted=Wanted("ours", "<", 100),
        ),
    ]


def _evaluated(folder: Path, classes: int) -> Run:
    """A run of invented answers to the sample's test images, as often as it takes."""
    run = create_run(folder, tutorial())
    random = np.random.default_rng(0)
    labels = np.arange(IMAGES) % classes
    answers = np.where(random.random(IMAGES) < 0.9, labels, (labels + random.geometric(0.1, IMAGES)) % classes)
    chances = np.full((IMAGES, classes), 0.5 / classes, np.float32)
    chances[np.arange(IMAGES), answers] = 0.5
    rows_of_sample = np.arange(IMAGES) % 2_000
    write_predictions(Predictions(chances, labels, rows_of_sample), run.predictions_file)
    names = tuple(f"class {number:03}" for number in range(classes))
    write_evaluation(Evaluation("test", 0.5, count(labels, answers, names)), run.evaluation_file)
    return run


def _app(run: Run) -> CnnApp:
    return CnnApp(Session(model=tutorial().model, run=run), Settings(), run.path.parent, place="train")


async def _opening(run: Run) -> tuple[float, float]:
    """Seconds from the key to the matrix; frames a second of processor time while it is panned."""
    app = _app(run)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        begun = perf_counter()
        app.switch_mode("results")
        while not (app.screen.query(ConfusionGrid) and app.screen.query_one(ConfusionGrid).order):
            await asyncio.sleep(0)
        app.screen.query_one(ConfusionGrid).render_lines(app.screen.query_one(ConfusionGrid).size.region)
        seconds = perf_counter() - begun
        await pilot.pause()
        grid = app.screen.query_one(ConfusionGrid)
        begun = process_time()
        for _ in range(FRAMES):
            grid.action_move(13, 7)
            await asyncio.sleep(0)
            grid.render_lines(grid.size.region)
        return seconds, FRAMES / (process_time() - begun)


async def _images(run: Run) -> float:
    """The median of milliseconds from enter to the pictures of another cell, as the keys of a person go."""
    app = _app(run)
    took = []
    async with app.run_test(size=(80, 24)) as pilot:
        app.switch_mode("results")
        await pilot.pause(2)  # the reader of the images has started meanwhile, as it has for a person
        for _ in range(CELLS):
            await pilot.press("b")
            panel = app.screen.query_one(CellImages)
            panel.name_cell("", "", 0)
            begun = perf_counter()
            app.simulate_key("enter")
            while not panel.is_shown:
                await asyncio.sleep(0.001)
            took.append(1000 * (perf_counter() - begun))
            await pilot.press("escape")
    return float(np.median(took))
