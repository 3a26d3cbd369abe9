"""What a trainer is told while it works: requests in its control folder, and the signals of the system."""

import signal
import time
from types import FrameType

from cnn_tui.runs.control import Wish, asked, forget
from cnn_tui.runs.run import Run

PAUSE_LOOK_SECONDS = 0.1


class Stopped(Exception):
    """Someone asked to stop and keep what there is."""


class Interrupted(Exception):
    """The system asked to end at once; what there is must be saved first."""


class Attention:
    """Looks for requests after every batch, in training and in evaluation alike."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._signalled = False
        self.wants_save = False
        """Someone asked for a checkpoint now; set back by who makes it."""
        self.is_paused = False
        self.wish = Wish()
        """Settings that someone wants to be others; they wait until `granted`."""

    def listen(self) -> None:
        """Takes SIGTERM and SIGINT as a wish to end after the batch at hand; the second one ends at once."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._on_signal)

    def look(self) -> None:
        """Takes what waits. Raises Stopped or Interrupted; a pause only sets `is_paused`."""
        if self._signalled:
            raise Interrupted
        found = asked(self._run)
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

    def granted(self) -> None:
        """What was wished for has been recorded."""
        self.wish = Wish()
        forget(self._run)

    def wait_while_paused(self) -> None:
        """Returns when someone lets it go on. Raises as `look` does."""
        while self.is_paused:
            time.sleep(PAUSE_LOOK_SECONDS)
            self.look()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signalled = True
        signal.signal(number, signal.SIG_DFL)
