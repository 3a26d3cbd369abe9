"""A run goes on when its terminal is closed, hangs up, or what started it is killed; and is attached to again at once."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import psutil
import pytest
from msgspec.structs import replace

from cnn_tui.runs.run import Run, list_runs
from cnn_tui.spec.experiment import Experiment, dump_experiment
from tests.conftest import with_training
from tests.runs.crash import CRASH

TIMES = 20 if CRASH else 1
PATIENCE_SECONDS, SECONDS_BETWEEN_LOOKS = 120.0, 0.05
SECONDS_TO_ATTACH = 2.0
CNN_TUI = (sys.executable, "-m", "cnn_tui")


def until(what: str, is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"{what} does not come"
        time.sleep(SECONDS_BETWEEN_LOOKS)


def epochs(run: Run) -> int:
    return len(run.history().epochs)


def training_run(folder: Path) -> Run:
    """The run that is made there, when it has trained for two epochs."""
    until("the run", lambda: list_runs(folder))
    run = list_runs(folder)[0]
    until("the second epoch", lambda: epochs(run) >= 2)
    return run


@pytest.fixture
def asked(experiment: Experiment, tmp_path: Path) -> Path:
    """An experiment that goes on for as long as it is looked at."""
    path = tmp_path / "asked.json"
    few = replace(experiment.data, first_per_class=10)
    path.write_text(dump_experiment(replace(with_training(experiment, epochs=100_000), data=few)))
    return path


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "runs"
    folder.mkdir()
    yield folder
    for run in (run for one in folder.iterdir() for run in list_runs(one)):
        if pid := run.pid:
            os.kill(pid, signal.SIGKILL)


def terminal(*words: object, folder: Path) -> "pexpect.spawn[bytes]":
    environment = {**os.environ, "TERM": "xterm-256color"}
    command, *rest = [*CNN_TUI, *map(str, words)]
    return pexpect.spawn(
        command, rest, dimensions=(40, 120), cwd=str(folder), env=environment, timeout=PATIENCE_SECONDS
    )


def train_and(end: Callable[["pexpect.spawn[bytes]"], None], asked: Path, runs: Path) -> Run:
    child = terminal("train", asked, "--runs", runs, folder=runs.parent)
    run = training_run(runs)
    end(child)
    os.waitpid(child.pid, 0)  # what else would be asked of it, such as Ctrl+C, would end the trainer too
    return run


def close_terminal(asked: Path, runs: Path) -> Run:
    return train_and(lambda child: child.ptyproc.fileobj.close(), asked, runs)


def hang_up(asked: Path, runs: Path) -> Run:
    return train_and(lambda child: os.killpg(child.pid, signal.SIGHUP), asked, runs)


def kill_the_screens(asked: Path, runs: Path) -> Run:
    """The application is opened on the run that it watches, and killed."""
    started = subprocess.run(
        [*CNN_TUI, "train", asked, "--runs", runs, "--detach"], capture_output=True, check=True, text=True
    )
    run = Run(Path(started.stdout.strip()))
    child = terminal(run.path, folder=runs.parent)
    child.expect(b"epoch|Epoch|EPOCH")
    until("the second epoch", lambda: epochs(run) >= 2)
    os.kill(child.pid, signal.SIGKILL)
    os.waitpid(child.pid, 0)
    return run


def kill_what_started_it(asked: Path, runs: Path) -> Run:
    return train_and(lambda child: os.kill(child.pid, signal.SIGKILL), asked, runs)


def kill_tmux(asked: Path, runs: Path) -> Run:
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed")
    tmux = ("tmux", "-S", str(runs / ".tmux"), "-f", os.devnull)
    words = [*tmux, "new-session", "-d", "-x", "120", "-y", "40", *CNN_TUI, "train", str(asked), "--runs", str(runs)]
    subprocess.run(words, check=True, capture_output=True)
    run = training_run(runs)
    subprocess.run([*tmux, "kill-server"], check=True, capture_output=True)
    return run


def seconds_to_attach(run: Run) -> tuple[float, float]:
    """How long it takes until the whole history is there: on the clock, and of a processor."""
    newest = f"epoch {epochs(run)}/".encode()
    begun = time.monotonic()
    with subprocess.Popen([*CNN_TUI, "attach", run.path], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as viewer:
        assert viewer.stderr
        lines = [b""]
        while newest not in lines[-1]:
            lines.append(viewer.stderr.readline())
            assert lines[-1], "the viewer has left"
        seconds, processor = time.monotonic() - begun, psutil.Process(viewer.pid).cpu_times()
        viewer.kill()
    assert any(b"epoch 1/" in line for line in lines)
    return seconds, processor.user + processor.system


@pytest.mark.parametrize("lose", [close_terminal, hang_up, kill_the_screens, kill_what_started_it, kill_tmux])
def test_the_run_goes_on_and_is_attached_to_again(lose: Callable[[Path, Path], Run], asked: Path, runs: Path):
    longest = 0.0
    for number in range(TIMES):
        folder = runs / str(number)
        folder.mkdir()
        run = lose(asked, folder)
        over = epochs(run)
        until("another epoch", lambda run=run, over=over: epochs(run) > over)
        assert run.is_running
        seconds, processor = seconds_to_attach(run)
        assert processor < SECONDS_TO_ATTACH
        longest = max(longest, seconds)
        assert run.pid
        os.kill(run.pid, signal.SIGKILL)
        until("its end", lambda run=run: not run.is_running)
    print(f"{lose.__name__}: {TIMES} of {TIMES} went on; attached to after {longest:.2f} s at most")
