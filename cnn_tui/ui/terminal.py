"""The terminal under the application: leaving it well on a signal, and noticing that it is gone."""

import asyncio
import errno
import os
import signal
from collections.abc import Callable
from types import FrameType

NAMES = ("SIGTERM", "SIGHUP")
Leave = Callable[[int], None]


def is_gone() -> bool:
    """Whether the terminal that is read from has been closed; False too when it never was one."""
    try:
        import termios
    except ImportError:  # Windows ends the programs of a closed terminal itself
        return False
    try:
        termios.tcgetattr(0)
    except termios.error as error:
        return bool(error.args[0] == errno.EIO)
    return False


def leave_if_gone(code: int) -> None:
    """Ends the process when its terminal is gone.

    At once: nothing can be restored any more, and Textual's writer, once it could not write, would be waited for
    without end. The processes below see their pipes close.
    """
    if is_gone():
        os._exit(code)


def catch_signals(leave: Leave) -> Callable[[], None]:
    """From now on SIGTERM and SIGHUP call `leave` in the event loop, with the exit code that shells give a signal.

    Python's own handlers, not the loop's: they run even while the loop waits for a writer that has died.
    Returns what puts the old handlers back.
    """
    loop = asyncio.get_running_loop()

    def handle(number: int, frame: FrameType | None) -> None:
        leave_if_gone(128 + number)
        loop.call_soon_threadsafe(leave, 128 + number)

    numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
    before = {number: signal.signal(number, handle) for number in numbers}

    def put_back() -> None:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)

    return put_back
