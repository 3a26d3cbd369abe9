"""What a team is told while it works: its leader reads the requests, every rank hears signals, and all act together.

They agree after so many batches as their leader said when they agreed last: clocks differ, and what only one of them
waits for never comes. In a validation they only agree to end.
"""

import time

import msgspec
from msgspec import Struct

from cnn_tui.engine.attention import Attention, Interrupted, Stopped
from cnn_tui.engine.course import Job
from cnn_tui.engine.evaluate import BATCH
from cnn_tui.engine.team import Team
from cnn_tui.runs.control import Wish

LOOKS_BETWEEN = 4
"""At most, in training."""
BEATS_BETWEEN = 64
"""At most, in a validation, whose batches are quick."""
SECONDS_BETWEEN = 0.5
"""Of slow batches so few are let pass that this is not much exceeded."""


class Told(Struct, frozen=True):
    """What one rank knows."""

    word: str = ""
    """`stop` or `interrupt`."""
    save: bool = False
    paused: bool = False
    wish: Wish = Wish()
    turns: int = 1
    """After how many batches they agree again."""


class Turns:
    """Counts batches until the next agreement."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.agreed(1)

    def agreed(self, turns: int) -> None:
        """Begins to count anew."""
        self._between = self._left = turns
        self._since = time.monotonic()

    def is_due(self) -> bool:
        """Counts one more."""
        self._left -= 1
        return not self._left

    def wanted(self) -> int:
        """How many there should be next, by what those since the last agreement took."""
        return turns_for((time.monotonic() - self._since) / self._between, self._most)


class TeamAttention(Attention):
    """The attention of a team: what one rank is told, all of them heed at the same step."""

    def __init__(self, own: Attention, job: Job, team: Team) -> None:
        super().__init__(own.run)
        self._own, self._team, self._is_save_due = own, team, job.is_save_due
        self._looks, self._beats, self._beaten = Turns(LOOKS_BETWEEN), Turns(BEATS_BETWEEN), 0
        rows = len(job.validation[1]) if job.validation else 0
        self._common = -(-(rows // team.size) // BATCH)
        """The batches of a validation that every rank has."""

    def look(self) -> None:
        """Agrees, if it is time. Raises Stopped or Interrupted, on every rank."""
        self._own.beat()
        if self._beaten:
            self._beats, self._beaten = Turns(BEATS_BETWEEN), 0
        if not self._looks.is_due():
            return
        own, word = self._own, self._word()
        save, own.wants_save = own.wants_save or self._is_save_due(), False
        told = self._agree(Told(word, save, own.is_paused, own.wish, self._looks.wanted()))
        leader = told[0]
        self._looks.agreed(leader.turns)
        self.wants_save, self.is_paused, self.wish = leader.save, leader.paused, leader.wish
        _end(told)

    def beat(self) -> None:
        """A batch of a validation: agrees to end, if it is time. Raises Stopped or Interrupted, with all saved."""
        self._own.beat()
        self._beaten += 1
        if self._beaten > self._common or not self._beats.is_due():
            return
        told = self._agree(Told(self._word(), turns=self._beats.wanted()))
        self._beats.agreed(told[0].turns)
        try:
            _end(told)
        except (Stopped, Interrupted):
            self.save_here()
            raise

    def granted(self) -> None:
        """What was wished for has been recorded."""
        self.wish = Wish()
        self._own.granted()

    def _agree(self, own: Told) -> list[Told]:
        return [msgspec.json.decode(one, type=Told) for one in self._team.gather(msgspec.json.encode(own))]

    def _word(self) -> str:
        try:
            self._own.look()
        except Stopped:
            return "stop"
        except Interrupted:
            return "interrupt"
        return ""


def _end(told: list[Told]) -> None:
    """Raises what any of them was told."""
    words = {one.word for one in told}
    if "interrupt" in words:
        raise Interrupted
    if "stop" in words:
        raise Stopped


def turns_for(seconds: float, most: int) -> int:
    """How many batches may pass until the next agreement when one takes so long."""
    return max(1, min(most, int(SECONDS_BETWEEN / max(seconds, 1e-9))))
