"""The real program in a real terminal: whatever ends it, the terminal is as it was, and no process stays behind."""

import os
import signal
import sys
import time

import pexpect
import pyte
import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")

PROGRAM = """
import sys
from pathlib import Path
from cnn_tui.settings import Settings
from cnn_tui.spec.presets import tutorial
from cnn_tui.ui.app import run_app
from cnn_tui.ui.session import Session
experiment = tutorial()
sys.exit(run_app(Session(model=experiment.model, data=experiment.data), Settings(), Path("runs"), "model"))
"""
ALTERNATE_SCREEN, MOUSE, ANY_MOUSE, CURSOR, PASTE = 1049, 1000, 1003, 25, 2004


@pytest.fixture
def program(tmp_path):
    child = pexpect.spawn(
        sys.executable,
        ["-c", PROGRAM],
        dimensions=(24, 80),
        cwd=str(tmp_path),
        env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        timeout=30,
    )
    child.delaybeforesend = None
    yield child
    child.close(force=True)


def modes(output: bytes) -> dict[int, bool]:
    """The private modes of the terminal, as the last word on each leaves them."""
    import re

    found: dict[int, bool] = {}
    for numbers, switch in re.findall(rb"\x1b\[\?([0-9;]+)([hl])", output):
        found |= {int(number): switch == b"h" for number in numbers.split(b";")}
    return found


def started(child) -> bytes:
    child.expect("MaxPooling2D")
    return child.before + child.after


def ended(child, before: bytes) -> bytes:
    child.expect(pexpect.EOF)
    child.wait()
    return before + child.before


def assert_restored(output: bytes) -> None:
    left = modes(output)
    assert left[ALTERNATE_SCREEN] is False
    assert left[MOUSE] is False
    assert left[ANY_MOUSE] is False
    assert left[PASTE] is False
    assert left[CURSOR] is True
    assert b"Traceback" not in output


def test_the_screen_is_drawn_and_left_by_a_key(program):
    output = started(program)
    assert modes(output)[ALTERNATE_SCREEN] is True
    program.send("\x11")
    output = ended(program, output)
    assert_restored(output)
    assert program.exitstatus == 0


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_leaves_the_terminal_as_it_was(program, number, status):
    output = started(program)
    program.kill(number)
    assert_restored(ended(program, output))
    assert program.exitstatus == status


def test_the_program_ends_when_its_terminal_is_gone(program):
    started(program)
    children = child_processes(program.pid)
    program.ptyproc.fileobj.close()
    deadline = time.monotonic() + 15
    while is_alive(program.pid) and time.monotonic() < deadline:
        os.sched_yield()
    assert not is_alive(program.pid)
    while any(map(is_alive, children)) and time.monotonic() < deadline:
        os.sched_yield()
    assert not any(map(is_alive, children))


def test_a_real_terminal_shows_what_keys_do(program):
    screen = pyte.Screen(80, 24)
    stream = pyte.ByteStream(screen)
    stream.feed(started(program))

    def show_until(words: str, there: bool) -> None:
        while any(words in line for line in screen.display) != there:
            stream.feed(program.read_nonblocking(65536, timeout=10))

    show_until("64 · 3×3 · same · relu", there=True)
    assert "2 Model" in screen.display[0]
    program.send("jjx")
    show_until("64 · 3×3 · same · relu", there=False)
    show_until("11,850 parameters", there=True)
    program.send("\x11")
    show_until("Leave without saving", there=True)
    program.send("y")
    program.expect(pexpect.EOF)


def child_processes(pid: int) -> list[int]:
    import psutil

    return [child.pid for child in psutil.Process(pid).children(recursive=True)]


def is_alive(pid: int) -> bool:
    import psutil

    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
