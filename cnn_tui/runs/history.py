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
)

State = Literal["starting", "training", "paused", "done", "stopped", "interrupted", "diverged", "failed"]
ENDED: tuple[State, ...] = ("done", "stopped", "interrupted", "diverged", "failed")
MAX_SAMPLES = 2_000
"""Samples kept for the curve; beyond, every second one is dropped."""


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
    notes: tuple[str, ...] = ()
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
    history = replace(history, version=history.version + 1, elapsed=max(history.elapsed, event.elapsed))
    match event:
        case Started():
            return _started(history, event)
        case Phase():
            # Data is read before anything else, so whatever an earlier trainer ended with is over.
            is_new = event.name == "reading data"
            return replace(history, phase=event.name, **({"state": "starting", "text": ""} if is_new else {}))
        case Sample():
            return replace(history, samples=_thinned((*history.samples, event)))
        case EpochEnd():
            return replace(history, epochs=(*history.epochs, event))
        case Changed():
            wanted = event.epochs or history.epochs_wanted
            return replace(history, changes=(*history.changes, event), epochs_wanted=wanted)
        case Saved():
            return replace(history, best_epoch=event.epoch) if event.best else history
        case Paused():
            return replace(history, state="paused")
        case Continued():
            return replace(history, state="training")
        case Note():
            return replace(history, notes=(*history.notes, event.text))
        case Finished():
            return replace(history, state=event.how, text=event.text)
    return history


def fold_all(events: Iterable[Event], history: History | None = None) -> History:
    """The history after these events."""
    history = history or History()
    for event in events:
        history = fold(history, event)
    return history


def confirmed(history: History, was_running: bool) -> History:
    """The history with the state it has in truth, given whether a trainer was at work before its events were read.

    A trainer that was not, and has not said how it ended, left without a word.
    """
    if history.state in ENDED or was_running:
        return history
    return replace(history, state="interrupted", text="The trainer ended without a word; its trainer.log may say why.")


def _started(history: History, event: Started) -> History:
    """A trainer that resumes repeats what came after its checkpoint, so that is forgotten."""
    return replace(
        history,
        state="training",
        phase="training",
        text="",
        started=history.started or event.time,
        epochs_wanted=event.epochs,
        steps=event.steps,
        images=event.images,
        device=event.device,
        precision=event.precision,
        epochs=history.epochs[: event.epoch],
        samples=tuple(one for one in history.samples if (one.epoch, one.step) <= (event.epoch + 1, event.step)),
        best_epoch=event.best_epoch,
        elapsed=event.elapsed,
    )


def _thinned(samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    return samples if len(samples) <= MAX_SAMPLES else (*samples[:-1:2], samples[-1])
