"""A run of 100,000 events: how long it takes to be opened, and how long one frame takes while it goes on."""

import asyncio
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import process_time

import msgspec

from benchmarks.report import Row, Wanted
from benchmarks.run_writer import IMAGES, STEPS, happening
from cnn_tui.runs.events import Event, EventWriter, Started, now
from cnn_tui.runs.lock import held
from cnn_tui.runs.run import Run, create_run
from cnn_tui.settings import Settings
from cnn_tui.spec.presets import tutorial
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.screens.train import TrainScreen
from cnn_tui.ui.session import Session

EVENTS, FRAMES, SIZE = 100_000, 40, (120, 40)
EVENTS_A_FRAME = 4


def rows(rounds: int) -> list[Row]:
    """Processor time, as the machine may have other work; what is opened is opened as often as there are rounds."""
    with tempfile.TemporaryDirectory() as folder:
        run = create_run(Path(folder), tutorial())
        events = happening()
        _write(run, events)
        opened = tuple(_seconds_to_open(run) for _ in range(rounds))
        frames = asyncio.run(_frames(run, events))
    return [
        Row(what=f"A run of {EVENTS:,} events: read and folded", unit="s", ours=opened, wanted=Wanted("ours", "<", 1)),
        Row(what=f"A run of {EVENTS:,} events: one frame", unit="ms", ours=frames, wanted=Wanted("ours", "<", 50)),
        Row(what=f"A run of {EVENTS:,} events: the longest frame", unit="ms", ours=(max(frames),)),
    ]


def _write(run: Run, events: Iterator[Event]) -> None:
    started = Started(time=now(), epochs=10**6, steps=STEPS, images=IMAGES, device="cpu", precision="fp32")
    lines = (msgspec.json.encode(event) for event in (started, *islice(events, EVENTS)))
    run.events_file.write_bytes(b"\n".join(lines) + b"\n")


def _seconds_to_open(run: Run) -> float:
    begun = process_time()
    run.history()
    return process_time() - begun


async def _frames(run: Run, events: Iterator[Event]) -> tuple[float, ...]:
    """Milliseconds for what comes with new events: read, folded, drawn as bars, plots, table and machine."""
    app = CnnApp(Session(model=tutorial().model, run=run), Settings(), run.path.parent, place="train")
    taken = []
    with held(run.lock_file), EventWriter(run.events_file) as writer:
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, TrainScreen)
            for _ in range(FRAMES):
                for event in islice(events, EVENTS_A_FRAME):
                    writer.write(event)
                begun = process_time()
                app.follow_run()
                screen.look_around()
                await pilot.pause()
                taken.append(1000 * (process_time() - begun))
    return tuple(taken)
