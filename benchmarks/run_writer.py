"""Writes the events of a long run as its trainer would, without computing: for screens to watch.

python -m benchmarks.run_writer RUN
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from itertools import count
from math import exp
from pathlib import Path

from cnn_tui.files import replace_text
from cnn_tui.runs.events import EpochEnd, Event, EventWriter, Phase, Sample, Saved, Started, now
from cnn_tui.runs.lock import held
from cnn_tui.runs.run import Run

SAMPLES_A_SECOND, SAMPLES_AN_EPOCH = 4, 20
EPOCHS, EPOCHS_BEHIND = 1_000, 10
IMAGES, BATCH = 48_000, 500
STEPS = IMAGES // BATCH
EPOCH_SECONDS = SAMPLES_AN_EPOCH / SAMPLES_A_SECOND


def main(run: Run) -> None:
    """Writes a few epochs at once, says `ready`, and goes on at a trainer's pace until it is ended."""
    replace_text(run.machine_file, json.dumps({"pid": os.getpid(), "device": "cpu", "precision": "fp32"}))
    with held(run.lock_file), EventWriter(run.events_file) as events:
        events.write(
            Started(time=now(), epochs=EPOCHS, steps=STEPS, images=IMAGES, device="cpu", precision="fp32", elapsed=0.0)
        )
        events.write(Phase(name="training"))
        coming = happening()
        while (event := next(coming)).elapsed < EPOCHS_BEHIND * EPOCH_SECONDS:
            events.write(event)
        print("ready", flush=True)
        for event in coming:
            if isinstance(event, Sample):
                time.sleep(1 / SAMPLES_A_SECOND)
            events.write(event)


def happening() -> Iterator[Event]:
    """Epoch after epoch: samples, then its end, its validation and its checkpoint."""
    for epoch in count(1):
        for place in range(1, SAMPLES_AN_EPOCH + 1):
            yield _sample(epoch, place)
        elapsed = epoch * EPOCH_SECONDS
        loss = _loss(epoch)
        yield Phase(name="validating", elapsed=elapsed)
        yield EpochEnd(
            epoch=epoch,
            loss=loss,
            accuracy=1 - loss / 3,
            val_loss=loss + 0.05,
            val_accuracy=0.98 - loss / 3,
            seconds=EPOCH_SECONDS,
            images_per_second=IMAGES / EPOCH_SECONDS,
            elapsed=elapsed,
        )
        yield Saved(epoch=epoch, step=0, best=True, elapsed=elapsed)
        yield Phase(name="training", elapsed=elapsed)


def _sample(epoch: int, place: int) -> Sample:
    share = place / SAMPLES_AN_EPOCH
    loss = _loss(epoch - 1 + share)
    return Sample(
        epoch=epoch,
        step=round(STEPS * share),
        loss=loss,
        accuracy=1 - loss / 3,
        images_per_second=IMAGES / EPOCH_SECONDS,
        elapsed=(epoch - 1 + share) * EPOCH_SECONDS,
    )


def _loss(epochs: float) -> float:
    return 0.05 + 2.2 * exp(-epochs / 5)


if __name__ == "__main__":
    main(Run(Path(sys.argv[1])))
