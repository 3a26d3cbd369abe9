"""What checkpoints cost a training: the share of its time in which it saves, after every epoch and when it ends."""

import subprocess
import sys
import tempfile
from pathlib import Path

from msgspec.structs import replace

from benchmarks.contenders import NotMeasured
from benchmarks.report import Row, Wanted
from benchmarks.workers import ROOT, default_environment
from cnn_tui.runs.launch import trainer_environment
from cnn_tui.runs.run import create_run
from cnn_tui.spec.presets import tutorial

EPOCHS = 3
MEASURE = """
import sys, time
from pathlib import Path
from cnn_tui.engine import job, saving
from cnn_tui.engine.attention import Attention
from cnn_tui.runs.run import Run

spent = [0.0]

def timed(do):
    def timing(*arguments):
        begun = time.perf_counter()
        done = do(*arguments)
        spent[0] += time.perf_counter() - begun
        return done
    return timing

saving.Saver.save = timed(saving.Saver.save)
job.write_model_weights = timed(job.write_model_weights)
run = Run(Path(sys.argv[1]))
ending = job.perform(run, Attention(run), lambda event: None)
print(100 * spent[0] / ending.elapsed)
"""


def rows(rounds: int) -> list[Row]:
    """The tutorial's network, on the sample digits (8,000 images an epoch: an epoch of MNIST is six times as long)."""
    shares = tuple(_share() for _ in range(rounds))
    what = "Checkpoints and best weights after epochs of 8,000 images: share of the training"
    return [Row(what=what, unit="%", ours=shares, wanted=Wanted("ours", "≤", 2))]


def _share() -> float:
    asked = tutorial()
    with tempfile.TemporaryDirectory() as folder:
        run = create_run(Path(folder), replace(asked, training=replace(asked.training, epochs=EPOCHS)))
        measured = subprocess.run(
            [sys.executable, "-c", MEASURE, run.path],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**default_environment(), **trainer_environment()},
            check=False,
        )
    if measured.returncode:
        raise NotMeasured(measured.stderr.strip().splitlines()[-1])
    return float(measured.stdout)
