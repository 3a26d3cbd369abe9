"""What a team is told while it works: its leader reads the requests, every rank hears signals, and all act together.

They agree at every fourth look, or sooner if looks are slow to come, by the count that their leader says: clocks
differ, and what only one of them waits for never comes.
"""

import time

import msgspec
from msgspec import Struct

from cnn_tui.engine.attention import Attention, Interrupted, Stopped
from cnn_tui.engine.course import Job
from cnn_tui.engine.team import Team
from cnn_tui.runs.control import Wish

LOOKS_BETWEEN = 4
SECONDS_BETWEEN = 0.5
"""Of slow looks so few are let pass that this is not much exceeded."""


class Told(Struct, frozen=True):
    """What one rank knows."""

    word: str = ""
    """`stop` or `interrupt`."""
    save: bool = False
    paused: bool = False
    wish: Wish = Wish()
    looks: int = 1
    """After how many looks the next is agreed on."""


class TeamAttention(Attention):
    """The attention of a team: what one rank is told, all of them heed at the same step."""

    def __init__(self, own: Attention, job: Job, team: Team) -> None:
        super().__init__(own.run)
        self._own, self._team, self._is_save_due = own, team, job.is_save_due
        self._between = self._left = 1
        self._agreed = time.monotonic()

    def look(self) -> None:
        """Agrees, if it is time. Raises Stopped or Interrupted, on every rank."""
        self._own.beat()
        self._left -= 1
        if self._left:
            return
        told = [msgspec.json.decode(one, type=Told) for one in self._team.gather(msgspec.json.encode(self._told()))]
        leader = told[0]
        self._between = self._left = leader.looks
        self._agreed = time.monotonic()
        self.wants_save, self.is_paused, self.wish = leader.save, leader.paused, leader.wish
        words = {one.word for one in told}
        if "interrupt" in words:
            raise Interrupted
        if "stop" in words:
            raise Stopped

    def granted(self) -> None:
        """What was wished for has been recorded."""
        self.wish = Wish()
        self._own.granted()

    def beat(self) -> None:
        """A sign of life."""
        self._own.beat()

    def _told(self) -> Told:
        own, word = self._own, ""
        try:
            own.look()
        except Stopped:
            word = "stop"
        except Interrupted:
            word = "interrupt"
        save, own.wants_save = own.wants_save or self._is_save_due(), False
        seconds = (time.monotonic() - self._agreed) / self._between
        return Told(word, save, own.is_paused, own.wish, looks_for(seconds))


def looks_for(seconds: float) -> int:
    """How many looks may pass until the next agreement when one takes so long."""
    return max(1, min(LOOKS_BETWEEN, int(SECONDS_BETWEEN / max(seconds, 1e-9))))
