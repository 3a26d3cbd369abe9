"""What a trainer is told while it works: requests in its control folder, and the signals of the system."""

import signal
import time
from collections.abc import Callable
from types import FrameType

from cnn_tui.runs.control import Wish, asked, forget
from cnn_tui.runs.heartbeat import Heartbeat
from cnn_tui.runs.run import Run

PAUSE_LOOK_SECONDS = 0.1
ONE_WISH_SECONDS = 1.0
"""Signals that come within this time are one wish: a batch system sends one to the whole job, and we pass ours on."""
ENDING = ("SIGTERM", "SIGINT", "SIGUSR1")
"""The last is what batch systems send some time before they end a job."""


class Stopped(Exception):
    """Someone asked to stop and keep what there is."""


class Interrupted(Exception):
    """The system asked to end at once; what there is must be saved first."""


class Attention:
    """Looks for requests after every batch, in training and in evaluation alike."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._heart = Heartbeat(run.heartbeat_file)
        self._signalled: float | None = None
        self.ends_at_once = False
        """Whether a signal raises Interrupted where it is heard: while there is nothing to save, and nobody looks."""
        self.wants_save = False
        """Someone asked for a checkpoint now; set back by who makes it."""
        self.is_paused = False
        self.wish = Wish()
        """Settings that someone wants to be others; they wait until `granted`."""
        self.save_here: Callable[[], None] = lambda: None
        """Makes a checkpoint of where the last batch of the training has ended."""

    def listen(self) -> None:
        """Takes SIGTERM and its like as a wish to end after the batch at hand; a second one, later, ends at once."""
        for name in ENDING:
            if number := getattr(signal, name, None):  # Windows has no SIGUSR1
                signal.signal(number, self._on_signal)

    def look(self) -> None:
        """Takes what waits. Raises Stopped or Interrupted; a pause only sets `is_paused`."""
        self.beat()
        self.heed_signals()
        found = asked(self.run)
        self.wish = found.wish
        for request in found.requests:
            match request:
                case "stop":
                    raise Stopped
                case "save":
                    self.wants_save = True
                case "pause":
                    self.is_paused = True
                case "continue":
                    self.is_paused = False

    def heed_signals(self) -> None:
        """Raises Interrupted when the system has asked to end."""
        if self._signalled is not None:
            raise Interrupted

    def beat(self) -> None:
        """A sign of life, where nothing is looked for."""
        self._heart.beat()

    def granted(self) -> None:
        """What was wished for has been recorded."""
        self.wish = Wish()
        forget(self.run)

    def heed(self) -> None:
        """As `look`, where there is nothing to save: a pause is waited for."""
        self.look()
        self.wait_while_paused()

    def wait_while_paused(self) -> None:
        """Returns when someone lets it go on. Raises as `look` does."""
        while self.is_paused:
            time.sleep(PAUSE_LOOK_SECONDS)
            self.look()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._signalled is None:
            self._signalled = now
            if self.ends_at_once:
                raise Interrupted
        elif now - self._signalled > ONE_WISH_SECONDS:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)


class Follower(Attention):
    """One of a team that another process leads: it hears signals, and leaves the run's files alone."""

    def look(self) -> None:
        """Raises Interrupted."""
        self.heed_signals()

    def beat(self) -> None:
        """Its leader does."""

    def granted(self) -> None:
        """Its leader records it."""
