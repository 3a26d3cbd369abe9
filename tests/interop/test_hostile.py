"""Files that mean harm: no code of theirs runs, no other file is read or written, and each is refused in a sentence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cnn_tui.errors import UserError
from cnn_tui.interop.apart import TOOK_TOO_LONG, ask
from cnn_tui.interop.weight_files import READER
from tests import ROOT
from tests.interop.hostile import KINDS, SECRET

MOST_KB = 300 * 1024
SLOWEST = 20.0
"""Seconds, on a machine that has more to do."""
LEAST = {"h5": 75, "json": 80, "zip": 30, "tensors": 30, "torch": 25}


def hostile(*words: object) -> str:
    command = [sys.executable, "-W", "ignore", "-m", "tests.interop.hostile", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux tells it")
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_files_are_refused_in_one_sentence_and_do_nothing(kind: str, tmp_path: Path):
    hostile(tmp_path, kind)
    told = json.loads(hostile(tmp_path, "tell"))
    assert len(told["files"]) >= LEAST[kind]
    for one in told["files"]:
        if not one["sentence"]:
            assert "flip" in one["name"], f"{one['name']} was read"  # a bit of a weight can be any
            continue
        assert one["sentence"].startswith(one["name"]) or one["name"].endswith(".json"), one
        assert "\n" not in one["sentence"]
        assert one["sentence"].isprintable()
        assert one["seconds"] < SLOWEST, one
    assert told["left"] == [SECRET]
    assert told["most_kb"] < MOST_KB


def test_a_reader_that_answers_nothing_is_told_in_a_sentence(tmp_path: Path):
    path = tmp_path / "net.keras"
    path.write_bytes(b"PK")
    with pytest.raises(UserError, match=r"^net\.keras: made the reader crash\. Nothing was taken from it\.$"):
        ask("this", path, {})
    with pytest.raises(UserError, match="takes longer to read than such a file should"):
        ask(READER, path, {}, seconds=0.001)


CONFINED = """
import sys
from cnn_tui.interop.confined import confine
confine(0, 2**24)
try:
    bytearray(2**27)
    print("took memory")
except MemoryError:
    print("no memory")
try:
    with open(sys.argv[1], "wb") as file:
        file.write(b"x" * 100)
    print("wrote")
except OSError:
    print("no file")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other limits")
def test_a_reader_that_runs_in_circles_is_told_to_stop():
    code = "from cnn_tui.interop.confined import confine; confine(0, seconds=1)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == -TOOK_TOO_LONG


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other limits")
def test_a_reader_can_neither_take_memory_nor_write_files(tmp_path: Path):
    path = tmp_path / "canary"
    command = [sys.executable, "-c", "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n" + CONFINED, path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["no memory", "no file"]
    assert not path.exists() or not path.read_bytes()
