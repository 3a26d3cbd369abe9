"""How fast two places answer: a stroke in Predict, a folder of a thousand runs in Runs."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from time import perf_counter

from msgspec.structs import replace
from textual.pilot import Pilot

from benchmarks.report import Row, Wanted
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import Run, create_run
from cnn_tui.settings import Settings
from cnn_tui.spec.presets import tutorial
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.screens.predict import PredictScreen
from cnn_tui.ui.session import Session
from cnn_tui.ui.widgets.answer_panel import AnswerPanel
from cnn_tui.ui.widgets.run_table import RunTable

SIZE = (120, 40)
STROKES_A_ROUND, RUNS = 20, 1_000
WAYS = ("right", "down", "left", "up")


def rows(rounds: int) -> list[Row]:
    """A row for each."""
    with tempfile.TemporaryDirectory() as folder:
        run = _trained(Path(folder))
        strokes = asyncio.run(_strokes(run, rounds * STROKES_A_ROUND))
        _multiply(run, RUNS)
        opening = asyncio.run(_openings(run, rounds))
    live = Wanted("ours", "<", 50)
    return [
        Row(what="Predict: from a key that draws to the probabilities shown", unit="ms", ours=strokes, wanted=live),
        Row(
            what=f"Runs: {RUNS:,} runs, from the key to the table",
            unit="s",
            ours=opening,
            wanted=Wanted("ours", "<", 1),
        ),
    ]


def _trained(folder: Path) -> Run:
    """The tutorial's network after an epoch on the sample digits."""
    asked = tutorial()
    run = create_run(folder, replace(asked, training=replace(asked.training, epochs=1)))
    launch(run).wait()
    return run


def _multiply(run: Run, number: int) -> None:
    """Copies of what a list reads of a run, so that there are so many."""
    for place in range(1, number):
        copy = Run(run.path.with_name(f"copy-{place:04}"))
        copy.path.mkdir()
        for name in ("experiment.json", "events.jsonl"):
            shutil.copy(run.path / name, copy.path / name)


async def _strokes(run: Run, keys: int) -> tuple[float, ...]:
    """Milliseconds from each key, after the first answers."""
    app = CnnApp(Session(model=tutorial().model, run=run), Settings(), run.path.parent, place="predict")
    async with app.run_test(size=SIZE) as pilot:
        await app.workers.wait_for_complete()
        shown = _note_answers()
        await pilot.press("space", *WAYS)
        await app.workers.wait_for_complete()
        assert isinstance(app.screen, PredictScreen)
        taken = [await _stroke(app.screen, shown, *step) for _ in range(keys // 4) for step in _STEPS]
    return tuple(taken)


_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))


def _note_answers() -> list[float]:
    """A list that grows by the time of each answer that is shown."""
    times: list[float] = []
    show = AnswerPanel.show

    def noting(panel: AnswerPanel, *answer: object) -> None:
        show(panel, *answer)  # type: ignore[arg-type]
        times.append(perf_counter())

    AnswerPanel.show = noting  # type: ignore[method-assign,assignment]
    return times


async def _stroke(screen: PredictScreen, shown: list[float], across: int, down: int) -> float:
    before, begin = len(shown), perf_counter()
    screen.canvas.action_move(across, down)
    while len(shown) == before:
        await asyncio.sleep(0.001)
    return 1000 * (shown[-1] - begin)


async def _openings(run: Run, rounds: int) -> tuple[float, ...]:
    return tuple([await _opening(run) for _ in range(rounds)])


async def _opening(run: Run) -> float:
    app = CnnApp(Session(model=tutorial().model), Settings(), run.path.parent, place="model")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        begin = perf_counter()
        await pilot.press("7")
        return await _seconds_until_full(pilot, begin)


async def _seconds_until_full(pilot: "Pilot[None]", begin: float) -> float:
    while not (tables := pilot.app.screen.query(RunTable)) or tables.first().count < RUNS:
        await asyncio.sleep(0.001)
    return perf_counter() - begin
