"""Events folded into a picture of the run: the live screen, a reopened run and the tests all come through here."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.runs.events import (
    Changed,
    Continued,
    EpochEnd,
    Event,
    Finished,
    Note,
    Paused,
    Phase,
    PhaseName,
    Sample,
    Saved,
    Started,
    Unsaved,
)

State = Literal["starting", "training", "paused", "done", "stopped", "interrupted", "diverged", "failed"]
ENDED: tuple[State, ...] = ("done", "stopped", "interrupted", "diverged", "failed")
WITHOUT_A_WORD = "The trainer ended without a word; its trainer.log may say why."
MAX_SAMPLES = 2_000
"""Samples kept for the curve; beyond, every second one is dropped."""


class Turn(Struct, frozen=True):
    """Where the training was when someone paused it or let it go on, or when another trainer took it up."""

    kind: Literal["paused", "continued", "resumed"]
    epochs: float
    """Trained by then."""


class History(Struct, frozen=True, kw_only=True):
    """What is known of a run from its events. `version` grows with each, so a viewer knows when to draw."""

    version: int = 0
    state: State = "starting"
    phase: PhaseName = "reading data"
    text: str = ""
    """The sentence it ended with."""
    started: str = ""
    epochs_wanted: int = 0
    steps: int = 0
    images: int = 0
    device: str = ""
    precision: str = ""
    epochs: tuple[EpochEnd, ...] = ()
    samples: tuple[Sample, ...] = ()
    best_epoch: int = 0
    """The epoch with the best weights, from 1; 0: none yet."""
    changes: tuple[Changed, ...] = ()
    """What someone set while it was at work."""
    turns: tuple[Turn, ...] = ()
    """Pauses and resumptions, in their order."""
    notes: tuple[str, ...] = ()
    unsaved: str = ""
    """Since when nothing could be saved, and why; empty: all is well."""
    elapsed: float = 0.0

    @property
    def last_sample(self) -> Sample | None:
        """The newest look into the epoch that is not over, or None."""
        sample = self.samples[-1] if self.samples else None
        return sample if sample and sample.epoch > len(self.epochs) else None

    @property
    def steps_done(self) -> int:
        """Batches trained so far, in all epochs."""
        return len(self.epochs) * self.steps + (self.last_sample.step if self.last_sample else 0)

    @property
    def best(self) -> EpochEnd | None:
        """The end of the epoch with the best weights."""
        return self.epochs[self.best_epoch - 1] if 0 < self.best_epoch <= len(self.epochs) else None

    @property
    def images_per_second(self) -> float:
        """The newest speed; 0 before the first sample."""
        if self.last_sample:
            return self.last_sample.images_per_second
        return self.epochs[-1].images_per_second if self.epochs else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the training will go on at the mean pace so far; None while nobody can tell."""
        if self.state not in ("training", "paused") or not self.steps_done:
            return None
        return self.elapsed / self.steps_done * (self.epochs_wanted * self.steps - self.steps_done)


def fold(history: History, event: Event) -> History:
    """The history after one more event."""
    return fold_all((event,), history)


def fold_all(events: Iterable[Event], history: History | None = None) -> History:
    """The history after these events; a hundred thousand of them take a moment."""
    folding = _Folding(history or History())
    for event in events:
        folding.add(event)
    return folding.history


class _Folding:
    """A history that grows: what there are many of in lists, so that one more costs the same however many there are."""

    def __init__(self, history: History) -> None:
        self._rest = history
        self._version, self._elapsed = history.version, history.elapsed
        self._samples, self._epochs, self._notes = list(history.samples), list(history.epochs), list(history.notes)

    @property
    def history(self) -> History:
        return replace(
            self._rest,
            version=self._version,
            elapsed=self._elapsed,
            samples=tuple(self._samples),
            epochs=tuple(self._epochs),
            notes=tuple(self._notes),
        )

    def add(self, event: Event) -> None:
        self._version += 1
        self._elapsed = max(self._elapsed, event.elapsed)
        match event:
            case Sample():
                self._samples.append(event)
                if len(self._samples) > MAX_SAMPLES:
                    self._samples = [*self._samples[:-1:2], self._samples[-1]]
            case EpochEnd():
                self._epochs.append(event)
            case Note():
                self._notes.append(event.text)
            case Started():
                self._start(event)
            case Paused():
                self._rest = replace(self._rest, state="paused", turns=self._turned("paused"))
            case Continued():
                self._rest = replace(self._rest, state="training", turns=self._turned("continued"))
            case _:
                self._rest = _folded(self._rest, event)

    def _start(self, event: Started) -> None:
        """A trainer that resumes repeats what came after its checkpoint, so that is forgotten."""
        self._rest = _started(self._rest, event)
        self._elapsed = event.elapsed
        self._samples = [one for one in self._samples if (one.epoch, one.step) <= (event.epoch + 1, event.step)]
        del self._epochs[event.epoch :]
        if event.epoch or event.step:
            here = event.epoch + event.step / max(event.steps, 1)
            kept = [turn for turn in self._rest.turns if turn.epochs <= here]
            self._rest = replace(self._rest, turns=(*kept, Turn("resumed", here)))

    def _turned(self, kind: Literal["paused", "continued"]) -> tuple[Turn, ...]:
        """The turns with one more, where the newest sample is."""
        newest = self._samples[-1] if self._samples else None
        within = (
            newest.step / self._rest.steps if newest and newest.epoch > len(self._epochs) and self._rest.steps else 0
        )
        return (*self._rest.turns, Turn(kind, len(self._epochs) + within))


def _folded(history: History, event: Event) -> History:
    """The history after an event of which a run has few."""
    match event:
        case Phase():
            # Data is read before anything else, so whatever an earlier trainer ended with is over.
            is_new = event.name == "reading data"
            return replace(history, phase=event.name, **({"state": "starting", "text": ""} if is_new else {}))
        case Changed():
            wanted = event.epochs or history.epochs_wanted
            return replace(history, changes=(*history.changes, event), epochs_wanted=wanted)
        case Saved():
            return replace(history, unsaved="", **({"best_epoch": event.epoch} if event.best else {}))
        case Unsaved():
            return replace(history, unsaved=event.text)
        case Finished():
            return replace(history, state=event.how, text=event.text)
    return history


def confirmed(history: History, was_running: bool, text: str = WITHOUT_A_WORD) -> History:
    """The history with the state it has in truth, given whether a trainer was at work before its events were read.

    A trainer that was not, and has not said how it ended, left without a word; `text` is what is known of that.
    """
    if history.state in ENDED or was_running:
        return history
    return replace(history, state="interrupted", text=text)


def _started(history: History, event: Started) -> History:
    return replace(
        history,
        state="training",
        phase="training",
        text="",
        unsaved="",
        started=history.started or event.time,
        epochs_wanted=event.epochs,
        steps=event.steps,
        images=event.images,
        device=event.device,
        precision=event.precision,
        best_epoch=event.best_epoch,
    )
