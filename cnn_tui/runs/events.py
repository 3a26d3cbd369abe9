"""What happens in a run, one JSON object a line: the words, their writer and their reader."""

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import msgspec
from msgspec import Struct

Outcome = Literal["done", "stopped", "interrupted", "diverged", "failed"]
Numbers = dict[str, float | None]
"""Values by the names of metrics; None: it was not a number."""
PhaseName = Literal["reading data", "training", "validating", "testing"]


class Event(Struct, frozen=True, kw_only=True, tag_field="event", omit_defaults=True, gc=False):
    """One thing that happened. `elapsed`: seconds of work since the run first began, pauses left out.

    `gc=False`: there are many and no circles among them, and looking for some would hold the screen up.
    """

    elapsed: float = 0.0


class Started(Event, frozen=True, kw_only=True, tag="started"):
    """A trainer began: at this epoch and step (0 and 0 unless it resumes)."""

    time: str
    epochs: int
    steps: int
    """Batches an epoch."""
    images: int
    """Training images an epoch."""
    device: str
    precision: str
    epoch: int = 0
    step: int = 0
    best_epoch: int = 0
    """The epoch with the best weights so far, from 1."""


class Phase(Event, frozen=True, kw_only=True, tag="phase"):
    """What the trainer does from now on."""

    name: PhaseName


class Sample(Event, frozen=True, kw_only=True, tag="sample"):
    """How the current epoch (counted from 1) goes: means over its first `step` batches; at most four a second."""

    epoch: int
    step: int
    loss: float | None
    accuracy: float | None = None
    """None: the answers are numbers."""
    learning_rate: float | None = None
    """Of the last batch."""
    metrics: Numbers = {}
    images_per_second: float


class EpochEnd(Event, frozen=True, kw_only=True, tag="epoch"):
    """An epoch is over. A loss of None is one that was not a number."""

    epoch: int
    loss: float | None
    accuracy: float | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None
    learning_rate: float | None = None
    """Of its last batch."""
    metrics: Numbers = {}
    """What was asked to be computed beside, by name."""
    val_metrics: Numbers = {}
    seconds: float
    images_per_second: float


class Changed(Event, frozen=True, kw_only=True, tag="changed"):
    """Someone changed settings of the running run; they hold from this step of this epoch (both from 0) on."""

    epoch: int
    step: int
    learning_rate: float | None = None
    epochs: int | None = None


class Saved(Event, frozen=True, kw_only=True, tag="saved"):
    """A checkpoint was made; `best`: its weights are the best so far."""

    epoch: int
    step: int
    best: bool


class Unsaved(Event, frozen=True, kw_only=True, tag="unsaved"):
    """A checkpoint could not be made; what came after this epoch and step (as `Saved` counts them) is not safe yet."""

    epoch: int
    step: int
    text: str


class Paused(Event, frozen=True, kw_only=True, tag="paused"):
    """Someone paused the run."""


class Continued(Event, frozen=True, kw_only=True, tag="continued"):
    """Someone let it go on."""


class Note(Event, frozen=True, kw_only=True, tag="note"):
    """Something a person should know."""

    text: str


class Finished(Event, frozen=True, kw_only=True, tag="finished"):
    """The trainer ended, how, and a sentence about it."""

    how: Outcome
    text: str = ""


AnyEvent = Started | Phase | Sample | EpochEnd | Changed | Saved | Unsaved | Paused | Continued | Note | Finished
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def now() -> str:
    """The time as events write it, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class EventWriter:
    """Appends events to a file; each is whole in the file before `write` returns."""

    def __init__(self, path: Path) -> None:
        _drop_torn_line(path)
        self._file = path.open("ab", buffering=0)

    def write(self, event: Event) -> None:
        """Appends one event. Raises OSError, and then nothing of it is there."""
        line = msgspec.json.encode(event) + b"\n"
        end = self._file.seek(0, os.SEEK_END)
        try:
            written = self._file.write(line)
            while written < len(line):  # a disk that gets full takes a part, and refuses the next
                written += self._file.write(line[written:])
        except OSError:
            with suppress(OSError):
                self._file.truncate(end)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()


def read_events(path: Path, offset: int = 0) -> tuple[list[Event], int]:
    """The events after `offset` bytes, and the offset after them.

    Only whole lines are read; a line that is no event of ours (from a newer version, or damaged) is skipped.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read()
    except FileNotFoundError:
        return [], offset
    whole = data[: data.rfind(b"\n") + 1]
    try:
        events: list[Event] = list(_decoder.decode_lines(whole))
    except (msgspec.DecodeError, UnicodeDecodeError):
        events = [event for line in whole.splitlines() if (event := _decode(line))]
    return events, offset + len(whole)


def _decode(line: bytes) -> Event | None:
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _drop_torn_line(path: Path) -> None:
    """Ends the half line that a killed trainer left, so that the next event does not grow onto it."""
    try:
        with path.open("rb+") as file:
            data = file.read()
            file.truncate(data.rfind(b"\n") + 1)
    except FileNotFoundError:
        pass
