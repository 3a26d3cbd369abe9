"""Trainers that cost nothing to start, to be killed by the hundred: a server imports torch once and forks one a run.

python -m tests.runs.crash RUN     RUN: trained once in the server itself, so that its children find all imported
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec.structs import asdict

from cnn_tui.results.epoch_matrices import read_matrices
from cnn_tui.runs.run import Run
from tests import ROOT

PATIENCE_SECONDS = 120.0
SECONDS_BETWEEN_CHECKPOINTS = 0.02
"""In the server: so that there is one in the middle of short epochs."""
MANY = "CNN_TUI_CRASH"
CRASH = bool(os.environ.get(MANY))
"""Whether the long way is taken: `make crash`."""
CLOCK = {"seconds", "images_per_second", "elapsed"}


class Trainers:
    """The server, seen from a test; one trainer at a time."""

    def __init__(self, warm: Run) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.runs.crash", str(warm.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        self._hear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(PATIENCE_SECONDS)
        self._process.stdout.close()

    def start(self, run: Run) -> int:
        """Starts a trainer; its process."""
        assert self._process.stdin
        self._process.stdin.write(f"{run.path}\n")
        self._process.stdin.flush()
        return self._hear()

    def wait(self) -> int:
        """Waits for the trainer; its exit code, negative for a signal."""
        return self._hear()

    def finish(self, run: Run) -> int:
        """Lets a trainer work on a run to the end; its exit code."""
        self.start(run)
        return self.wait()

    def signal_when(self, run: Run, number: int, is_time: Callable[[], bool]) -> tuple[int, float]:
        """Starts a trainer and sends it a signal at the time; its exit code, and the seconds it took to end."""
        pid = self.start(run)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_time() and _is_there(pid):
            assert time.monotonic() < deadline, "what is waited for does not come"
            time.sleep(0.0005)  # a busy wait would take a core from the trainer
        told = time.monotonic()
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        return self.wait(), time.monotonic() - told

    def kill_after(self, run: Run, seconds: float) -> bool:
        """Starts a trainer and kills it after this time; whether it was still at work."""
        at = time.monotonic() + seconds
        return self.signal_when(run, signal.SIGKILL, lambda: time.monotonic() >= at)[0] == -signal.SIGKILL

    def _hear(self) -> int:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the server has died"
        return int(json.loads(line))


def outcome(run: Run) -> dict[str, object]:
    """Everything that a run came to, to the bit, without what the clock says."""
    history = run.history()
    newest = max(run.checkpoints_folder.glob("epoch-*"))
    return {
        "state": (history.state, history.text, history.best_epoch),
        "epochs": [{k: v for k, v in asdict(epoch).items() if k not in CLOCK} for epoch in history.epochs],
        "checkpoint": newest.name,
        "matrices": read_matrices(run.matrices_file),
        **{name: (newest / name).read_bytes() for name in ("model.safetensors", "optimizer.safetensors")},
        "best": run.weights_file.read_bytes(),
        "evaluation": run.evaluation_file.read_bytes(),
        "predictions": run.predictions_file.read_bytes(),
    }


def _is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _serve(warm: Run) -> None:
    """Answers each run on standard input with the process of its trainer, and then with how that ended."""
    from cnn_tui.engine import augment, saving, trainer  # noqa: F401

    saving.SECONDS_BETWEEN_CHECKPOINTS = SECONDS_BETWEEN_CHECKPOINTS
    assert trainer.main(warm.path) == 0
    print(0, flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _train(Run(Path(line.strip())))
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def _train(run: Run) -> None:
    """As a trainer that was launched: no terminal, its output in the log."""
    from cnn_tui.engine.trainer import main

    os.setsid()
    log = os.open(run.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    code = 1
    try:
        code = main(run.path)
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve(Run(Path(sys.argv[1])))
