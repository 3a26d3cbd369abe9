"""The processes of the contenders, and how they take turns: only one of them works at a time."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.contender import READY
from benchmarks.contenders import Measure, NotMeasured
from cnn_tui.runs.launch import ALLOCATOR, trainer_environment

Environment = Mapping[str, str]
ROOT = Path(__file__).parents[1]
_PEERS = ROOT / ".venv-peers/bin/python"


def default_environment() -> Environment:
    """The user's environment, without our memory-allocator settings and without a GPU."""
    kept = {name: value for name, value in os.environ.items() if name not in ALLOCATOR}
    return {**kept, "CUDA_VISIBLE_DEVICES": ""}


def our_environment() -> Environment:
    """The same as our trainer gets it."""
    return {**default_environment(), **trainer_environment()}


def gpu_environment() -> Environment:
    """The environment of our trainer, with its GPUs."""
    return {**os.environ, **trainer_environment()}


def peers_python() -> str:
    """The Python that has the peers: that of `make peers`, and without it this one."""
    return str(_PEERS) if _PEERS.exists() else sys.executable


class Worker:
    """A process that holds one or more contenders, alive as long as the `with` block."""

    def __init__(self, environment: Environment, *names: str, python: str = sys.executable) -> None:
        """Starts it and waits until it is warm. Raises NotMeasured with its reason."""
        self._process = subprocess.Popen(
            [python, "-m", "benchmarks.contender", *names],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        if (said := self._heard()) != READY:
            self.close()
            raise NotMeasured(said)

    def measure(self, name: str) -> Measure:
        """One chunk of work of a contender that it holds. It raises NotMeasured when the process has died."""

        def ask() -> float:
            assert self._process.stdin is not None
            with suppress(BrokenPipeError):
                self._process.stdin.write(f"{name}\n")
                self._process.stdin.flush()
            said = self._heard()
            try:
                return float(said)
            except ValueError:
                raise NotMeasured(f"{name}: {said}") from None

        return ask

    def close(self) -> None:
        """Ends the process and waits for it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _heard(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip() or "its process ended without a word"


def in_turn(measures: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, tuple[float, ...]]:
    """What each measured in each round; they follow one another, so that what slows the machine down slows them all."""
    runs: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            runs[name].append(measure())
    return {name: tuple(values) for name, values in runs.items()}
