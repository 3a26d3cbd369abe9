"""Disks of fifty sizes: what was saved stays, the sentence says how much is missing, and with room the run goes on."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cnn_tui.errors import UserError
from cnn_tui.runs.run import create_run
from cnn_tui.runs.space import disk_full
from cnn_tui.spec.experiment import Experiment
from tests import ROOT
from tests.conftest import with_training
from tests.runs.crash import CRASH

SIZES = 50 if CRASH else 6
SMALLEST_KIB, LARGEST_KIB = 40, 1_000
APART = ("unshare", "-Urm")


def can_mount(folder: Path) -> bool:
    command = [*APART, "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    return bool(shutil.which("unshare")) and not subprocess.run(command, capture_output=True, check=False).returncode


def test_a_disk_that_gets_full_costs_nothing_but_time(experiment: Experiment, tmp_path: Path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if not can_mount(disk):
        pytest.skip("this system gives no namespace to mount a disk in")
    step = (LARGEST_KIB - SMALLEST_KIB) // (SIZES - 1)
    sizes = [str(SMALLEST_KIB + step * number) for number in range(SIZES)]
    warm = create_run(tmp_path, with_training(experiment, epochs=3, batch_size=40))
    tried = subprocess.run(
        [*APART, sys.executable, "-m", "tests.runs.full_disk", warm.path, disk, *sizes],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    answers = [json.loads(line) for line in tried.stdout.splitlines()]
    assert len(answers) == SIZES, tried.stderr
    for one in answers:
        if one["state"] == "not begun":
            assert "No space left on device" in one["text"]
            continue
        assert one["state"] in ("failed", "done"), one
        assert one["code"] == (0 if one["state"] == "done" else 1), one
        if one["state"] == "failed":
            assert "disk is full" in one["text"], one
            assert re.search(r"[\d.]+ MB", one["text"]), one
            assert len(one["whole"]) == min(one["saved"], 3) or one["saved"] > 3, one
        assert one["after"] == answers[-1]["after"], one
        assert one["code after"] == 0, one
    kinds = {one["state"] for one in answers}
    assert {"failed", "done"} <= kinds
    full = [one for one in answers if one["state"] == "failed"]
    print(
        f"{len(answers)} sizes: {len(full)} full while it trained, {sum(bool(one['saved']) for one in full)} with a checkpoint"
    )


def test_the_sentence_says_what_is_missing(tmp_path: Path):
    free = shutil.disk_usage(tmp_path).free
    error = disk_full("a checkpoint", tmp_path, free + 50_000_000)
    assert isinstance(error, UserError)
    assert re.search(r"the disk is full: a checkpoint needs [\d,]+ MB and [\d,]+ MB are free\. Free 5\d MB", str(error))
