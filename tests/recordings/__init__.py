"""Runs as a trainer leaves them, written without training: the same files, the same words, invented numbers."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from math import exp
from pathlib import Path

import numpy as np

from cnn_tui.results.confusion import count
from cnn_tui.results.evaluation import Evaluation, Predictions, write_evaluation, write_predictions
from cnn_tui.runs.events import EpochEnd, Event, EventWriter, Finished, Note, Phase, Sample, Saved, Started
from cnn_tui.runs.lock import held
from cnn_tui.runs.run import Run, create_run
from cnn_tui.shipped import shipped
from cnn_tui.spec.presets import tutorial

DIGITS = tuple(map(str, range(10)))
HOSTILE = ("\x1b]52;c;x\x07", "[/]", "[@click=app.quit]x[/]", "=HYPERLINK(1)", "a\nb", "\u202egnp")
STEPS, IMAGES, SAMPLES_AN_EPOCH = 16, 8_000, 4


def new_run(root: Path, name: str = "") -> Run:
    """A run of the tutorial's network on the sample digits, to which nothing has happened."""
    return create_run(root, tutorial(), name)


def beginning(epochs: int = 10) -> list[Event]:
    """A trainer begins."""
    started = Started(
        time="2026-11-22T12:03:00+00:00",
        epochs=epochs,
        steps=STEPS,
        images=IMAGES,
        device="cpu",
        precision="bf16",
    )
    return [Phase(name="reading data"), started, Phase(name="training")]


def epoch(number: int, *, best: bool = True) -> list[Event]:
    """One epoch with its samples, its validation and its checkpoint."""
    seconds = 4.0
    samples: list[Event] = [
        Sample(
            epoch=number,
            step=STEPS * place // SAMPLES_AN_EPOCH,
            loss=_loss(number - 1 + place / SAMPLES_AN_EPOCH),
            accuracy=1 - _loss(number - 1 + place / SAMPLES_AN_EPOCH) / 2.5,
            images_per_second=11_930.0,
            elapsed=seconds * (number - 1 + place / SAMPLES_AN_EPOCH),
        )
        for place in range(1, SAMPLES_AN_EPOCH)
    ]
    loss = _loss(number)
    end = EpochEnd(
        epoch=number,
        loss=loss,
        accuracy=1 - loss / 2.5,
        val_loss=loss + 0.05,
        val_accuracy=0.98 - loss / 2.5,
        seconds=seconds,
        images_per_second=11_930.0,
        elapsed=seconds * number,
    )
    return [*samples, Phase(name="validating"), end, Saved(epoch=number, step=0, best=best), Phase(name="training")]


def done(epochs: int = 10) -> list[Event]:
    """A run that came to its end."""
    body = [event for number in range(1, epochs + 1) for event in epoch(number)]
    text = f"All {epochs} epochs are trained; the best weights are those of epoch {epochs}."
    return [*beginning(epochs), *body, Phase(name="testing"), Finished(how="done", text=text, elapsed=4.0 * epochs)]


def diverging() -> list[Event]:
    """A run whose loss grows beyond all numbers; a careless trainer even writes an infinite one."""
    losses = (2.3, 1e6, 1e300, float("inf"), None)
    samples = [
        Sample(epoch=1, step=step, loss=loss, accuracy=0.1, images_per_second=9_000.0)
        for step, loss in enumerate(losses, start=1)
    ]
    text = "The loss is not a number in epoch 1, by step 5. Try a learning rate below 10."
    return [*beginning(), *samples, Finished(how="diverged", text=text)]


def interrupted() -> list[Event]:
    """A run whose trainer was killed in its third epoch."""
    return [*beginning(), *epoch(1), *epoch(2), *epoch(3)[:2], Note(text="The checkpoint of step 40 was damaged.")]


def record(run: Run, events: list[Event]) -> Run:
    """Writes the events into the run."""
    with EventWriter(run.events_file) as writer:
        for event in events:
            writer.write(event)
    return run


def evaluate(run: Run, classes: tuple[str, ...] = DIGITS, errors: float = 0.04) -> Evaluation:
    """Writes an evaluation of the sample's test images: true labels, invented predictions."""
    random = np.random.default_rng(0)
    labels = _test_labels() % len(classes)
    wrong = np.where(random.random(len(labels)) < errors, random.integers(1, len(classes), len(labels)), 0)
    answers = (labels + wrong) % len(classes)
    probabilities = np.full((len(labels), len(classes)), 0.02, np.float32)
    probabilities[np.arange(len(labels)), answers] = random.uniform(0.5, 0.98, len(labels))
    evaluation = Evaluation("test", 0.0812, count(labels, answers, classes))
    write_predictions(Predictions(probabilities, labels, np.arange(len(labels))), run.predictions_file)
    write_evaluation(evaluation, run.evaluation_file)
    return evaluation


@contextmanager
def at_work(run: Run) -> Iterator[Run]:
    """As if a trainer were at work on the run."""
    with held(run.lock_file):
        yield run


def _loss(epochs: float) -> float:
    return 0.05 + 2.2 * exp(-epochs)


def _test_labels() -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    with gzip.open(shipped("sample_data/digits/y_test.tsv.gz"), "rt") as lines:
        return np.array([int(float(line)) for line in lines if line.strip()])
