"""What the screens cost: processor time of the application while it watches a run."""

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
WHAT = "Screens that watch a run: processor time of their process, of one core"


def rows(rounds: int) -> list[Row]:
    """One row, from one long look however many the rounds."""
    with tempfile.TemporaryDirectory() as folder:
        run = create_run(Path(folder), tutorial())
        with _writer(run), Terminal(["-m", "cnn_tui", str(run.path)], Path(folder)) as terminal:
            terminal.seconds_until("cnn-tui")
            terminal.read(SETTLING_SECONDS)
            share = _share_of_a_core(terminal)
    return [Row(what=WHAT, unit="%", ours=(share,), wanted=Wanted("ours", "≤", 5))]


def _share_of_a_core(terminal: Terminal) -> float:
    """In percent. Raises NotMeasured when the screens end, or stand still."""
    process = psutil.Process(terminal.pid)
    before, begun = _processor_seconds(process), perf_counter()
    written = terminal.read(SECONDS)
    if not written or not process.is_running():
        raise NotMeasured("the screens did not follow the run")
    return 100 * (_processor_seconds(process) - before) / (perf_counter() - begun)


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
