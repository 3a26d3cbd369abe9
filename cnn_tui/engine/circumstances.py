"""On what a trainer computes, written down in its run; and as it was before when it goes on."""

import os
import platform
from collections.abc import Callable
from importlib.metadata import version

import msgspec
import torch

from cnn_tui.engine import ranks
from cnn_tui.engine.devices import Choice, choose
from cnn_tui.runs.checkpoint_files import found_checkpoints
from cnn_tui.runs.events import Event, Note, now
from cnn_tui.runs.launch import ALLOCATOR
from cnn_tui.runs.presence import ourselves, write_presence
from cnn_tui.runs.run import Run
from cnn_tui.spec.training import Training

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""The user's own limits."""


def chosen(run: Run, plan: Training, say: Callable[[Event], None]) -> Choice:
    """Where to compute. A run that goes on does so with as many threads as before: other sums round otherwise."""
    before = run.machine() if found_checkpoints(run.checkpoints_folder) else {}
    threads = before.get("threads")
    if isinstance(threads, int) and 0 < threads <= (os.cpu_count() or 1) and not set(THREADS) & os.environ.keys():
        torch.set_num_threads(threads)
    choice = choose(plan.device, plan.precision)
    now_so = {"threads": choice.threads, "device": choice.device, "precision": choice.precision, "torch": _torch()}
    was_so = before | {"torch": (before.get("libraries") or {}).get("torch", _torch())}
    others = [f"{name} {was_so[name]} before, {so} now" for name, so in now_so.items() if was_so.get(name, so) != so]
    if others:
        say(Note(text=f"It goes on otherwise than it began, so last digits may differ: {'; '.join(others)}."))
    return choice


def write_machine(run: Run, choice: Choice) -> None:
    """What this trainer runs on, for people and for whoever compares runs."""
    document = {
        "started": now(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in ("cnn-tui", "torch", "numpy")},
        "cores": os.cpu_count(),
        "processes": ranks.processes_here(),
        "team": ranks.size(),
        **msgspec.to_builtins(choice),
        "environment": {name: os.environ[name] for name in (*ALLOCATOR, *THREADS) if name in os.environ},
    }
    write_presence(run.machine_file, ourselves(), document)


def _torch() -> str:
    return version("torch")
