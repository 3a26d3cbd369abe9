"""What the screens cost while they watch a run: processor time, and bytes that go to the terminal."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import psutil

from benchmarks.contenders import NotMeasured
from benchmarks.report import Row, Wanted
from benchmarks.terminal import Terminal
from benchmarks.workers import ROOT
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.presets import tutorial

SETTLING_SECONDS, SECONDS = 5.0, 20.0
SIZES = ((80, 24), (120, 40))


def rows(rounds: int) -> list[Row]:
    """Two rows for each size, from one long look however many the rounds."""
    found = []
    for size in SIZES:
        where = f"Screens that watch a run at {size[0]}x{size[1]}"
        share, rate = _watch(size)
        found.append(
            Row(what=f"{where}: processor time, of one core", unit="%", ours=(share,), wanted=Wanted("ours", "≤", 5))
        )
        found.append(Row(what=f"{where}: sent to the terminal", unit="bytes/s", ours=(rate,)))
    return found


def _watch(size: tuple[int, int]) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        run = create_run(Path(folder), tutorial())
        with _writer(run), Terminal(["-m", "cnn_tui", str(run.path)], Path(folder), size) as terminal:
            terminal.seconds_until("cnn-tui")
            terminal.read(SETTLING_SECONDS)
            return _cost(terminal)


def _cost(terminal: Terminal) -> tuple[float, float]:
    """In percent of a core, and in bytes a second. Raises NotMeasured when the screens end, or stand still."""
    process = psutil.Process(terminal.pid)
    before, begun = _processor_seconds(process), perf_counter()
    written = terminal.read(SECONDS)
    if not written or not process.is_running():
        raise NotMeasured("the screens did not follow the run")
    seconds = perf_counter() - begun
    return 100 * (_processor_seconds(process) - before) / seconds, len(written) / seconds


def _processor_seconds(process: psutil.Process) -> float:
    """Its own, without its children's."""
    times = process.cpu_times()
    return float(times.user + times.system)


@contextmanager
def _writer(run: Run) -> Iterator[None]:
    """A process that holds the run's lock and writes its events."""
    writer = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.run_writer", str(run.path)], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert writer.stdout is not None
    try:
        writer.stdout.readline()
        yield
    finally:
        writer.terminate()
        writer.wait()
        writer.stdout.close()
