"""Training in a job without a terminal: its time runs out, it saves and leaves with 143, and the next job goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from cnn_tui.runs.run import list_runs
from cnn_tui.spec.experiment import Experiment, dump_experiment
from tests.conftest import with_training

PATIENCE_SECONDS, SECONDS_BETWEEN_LOOKS = 120.0, 0.02
JOB = """
if ls -d runs/*-long > /dev/null 2>&1; then task="resume long"; else task="train asked.json --name long --json"; fi
exec "$PYTHON" -m cnn_tui $task
"""


def job(folder: Path, out: str) -> "subprocess.Popen[bytes]":
    """The same script each time, as a batch system starts it: a session of its own, nothing to read, output in files."""
    with (folder / f"{out}.out").open("wb") as answers, (folder / f"{out}.err").open("wb") as log:
        return subprocess.Popen(
            ["bash", "-c", JOB],
            cwd=folder,
            env={**os.environ, "PYTHON": sys.executable},
            stdin=subprocess.DEVNULL,
            stdout=answers,
            stderr=log,
            start_new_session=True,
        )


def first_line(path: Path) -> str:
    """The first line of what a job answers, when it comes."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if "\n" in (text := path.read_text()):
            return text.partition("\n")[0]
        time.sleep(SECONDS_BETWEEN_LOOKS)
    raise AssertionError("nothing comes")


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGUSR1")
def test_a_job_whose_time_runs_out_goes_on_in_the_next(experiment: Experiment, tmp_path: Path):
    (tmp_path / "asked.json").write_text(dump_experiment(with_training(experiment, epochs=40, batch_size=10)))
    first = job(tmp_path, "first")
    assert json.loads(first_line(tmp_path / "first.out"))["epoch"] == 1
    run = list_runs(tmp_path / "runs")[0]
    assert run.pid
    os.kill(first.pid, signal.SIGUSR1)  # it reaches the whole job, the command and the trainer
    os.kill(run.pid, signal.SIGUSR1)
    assert first.wait(PATIENCE_SECONDS) == 143
    assert run.history().state == "interrupted"

    assert job(tmp_path, "second").wait(PATIENCE_SECONDS) == 0
    assert run.history().state == "done"
    told = (tmp_path / "second.err").read_text().splitlines()
    assert [line.split()[1] for line in told if line.startswith("epoch ")] == [f"{n}/40" for n in range(1, 41)]
    assert "\x1b" not in "".join(told)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_job_that_is_ended_while_its_trainer_starts_leaves_none_behind(
    processes: int, experiment: Experiment, tmp_path: Path
):
    (tmp_path / "asked.json").write_text(dump_experiment(with_training(experiment, epochs=1_000)))
    words = ["train", "asked.json", "--processes", str(processes)]
    command = psutil.Popen([sys.executable, "-m", "cnn_tui", *words], cwd=tmp_path, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any("cnn_tui.engine.trainer" in child.cmdline() for child in command.children()):
        assert time.monotonic() < deadline
        time.sleep(SECONDS_BETWEEN_LOOKS)
    started = command.children(recursive=True)
    command.terminate()
    assert command.wait(PATIENCE_SECONDS) == 143
    assert psutil.wait_procs(started, PATIENCE_SECONDS)[1] == []
    (run,) = list_runs(tmp_path / "runs")
    assert not run.is_running
