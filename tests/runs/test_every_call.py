"""A save in which any call to the system fails, or is the last one, leaves the old or the new checkpoint, whole."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cnn_tui.runs.checkpoint_files import clear_stale, found_checkpoints, read_checkpoint, write_checkpoint
from tests import ROOT
from tests.runs.crash import CRASH
from tests.runs.one_save import FILES, MARKS

OLD = {"model.safetensors": b"old weights " * 900, "optimizer.safetensors": b"old moments", "state.json": b"{}"}
NAMES = ("epoch-0001-step-000000", "epoch-0002-step-000000", "epoch-0003-step-000000")
HARMS = ("signal=KILL", "error=ENOSPC", "error=EIO")
CALL = re.compile(r"(?:\d+ +)?(\w+)\(")
SKIPPED = {"exit_group", "rt_sigaction", "munmap", "mmap", "brk", "getpid", "futex", "madvise", "mprotect", "getrandom"}
"""Calls that have nothing to do with files."""

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


def prepared(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in NAMES[:2]:
        write_checkpoint(folder, name, OLD)
    return folder


def save(folder: Path, name: str, trace: Path, *injected: str) -> int:
    inject = [word for one in injected for word in ("-e", f"inject={one}")]
    saver = [sys.executable, "-I", "-B", "-S", ROOT / "tests/runs/one_save.py", ROOT, folder, name, "2"]
    command = ["strace", "-f", "-o", trace, *inject, *saver]
    environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"}
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode


def calls_of_a_save(folder: Path, name: str, trace: Path) -> list[tuple[str, int]]:
    """The calls between the marks, each with its number among the calls of its name."""
    assert save(prepared(folder), name, trace) == 0
    counts: dict[str, int] = {}
    calls, within = [], False
    for line in trace.read_text().splitlines():
        if not (found := CALL.match(line)):
            continue
        counts[found[1]] = counts.get(found[1], 0) + 1
        if MARKS[1] in line:
            return calls
        if within and found[1] not in SKIPPED:
            calls.append((found[1], counts[found[1]]))
        within |= MARKS[0] in line
    raise AssertionError("the trace has no end")


@pytest.mark.parametrize("name", [NAMES[2], NAMES[1]], ids=["a new one", "the same once more"])
def test_every_call_may_fail_or_be_the_last(name: str, tmp_path: Path):
    folder, trace = tmp_path / "checkpoints", tmp_path / "trace"
    calls = calls_of_a_save(folder, name, trace)
    assert {"openat", "write", "fsync", "mkdir"} <= {call for call, _ in calls}
    tried = 0
    for place, (call, number) in enumerate(calls):
        for harm in HARMS if CRASH else HARMS[place % 3 : place % 3 + 1]:
            code = save(prepared(folder), name, trace, f"{call}:{harm}:when={number}")
            clear_stale(folder)
            newest = found_checkpoints(folder)[0]
            held = [read_checkpoint(path) for path in found_checkpoints(folder)]  # raises if one is not whole
            where = f"{harm} at {call} number {number}"
            assert all(one in (OLD, FILES) for one in held), where
            assert code != 0 or held[0] == FILES, where
            assert held[0] == (FILES if newest.name == NAMES[2] else held[0]), where
            assert not list(folder.glob(".epoch-*")), where
            tried += 1
    print(f"{tried} saves with one call that failed, of {len(calls)} calls")
