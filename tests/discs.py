"""A small data set whose labels are numbers: pictures of discs, and how large they are."""

from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from cnn_tui.data.find import find_data
from cnn_tui.engine.attention import Attention
from cnn_tui.engine.job import perform
from cnn_tui.runs.events import EventWriter
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.layers import Dense
from cnn_tui.spec.model import Model
from cnn_tui.spec.optimizers import Adam
from cnn_tui.spec.training import Training

Array = np.ndarray[Any, Any]
SIZE = 16
NAMES = ("radius", "down", "right")


def discs(count: int, seed: int) -> tuple[Array, Array, Array]:
    """Pictures as rows of bytes, [n, 256]; the radius of each, [n]; its centre, [n, 2]."""
    random = np.random.default_rng(seed)
    radius, centres = random.uniform(2, 7, count), random.uniform(6, 10, (count, 2))
    down, right = np.mgrid[:SIZE, :SIZE]
    distance = np.hypot(down - centres[:, 0, None, None], right - centres[:, 1, None, None])
    light = np.clip(radius[:, None, None] - distance + 0.5, 0, 1) * 255
    return light.astype(np.uint8).reshape(count, -1), radius, centres


def write_discs(folder: Path, *, train: int = 400, test: int = 100, numbers: int = 1, named: str = "") -> None:
    """X_train.tsv, y_train.tsv and those of the test: of each disc so many of `NAMES`, or one that is `named` so."""
    folder.mkdir()
    for part, count, seed in (("train", train, 1), ("test", test, 2)):
        images, radius, centres = discs(count, seed)
        true = np.column_stack([radius, centres])[:, :numbers]
        np.savetxt(folder / f"X_{part}.tsv", images, fmt="%d", delimiter="\t")
        header = named or "\t".join(NAMES[:numbers])
        np.savetxt(folder / f"y_{part}.tsv", true, fmt="%.4f", delimiter="\t", header=header, comments="")


def a_run_of_numbers(
    folder: Path, *, numbers: int = 1, epochs: int = 6, train: int = 400, test: int = 100, named: str = ""
) -> Run:
    """A real run: trained in this process on discs that lie beside it, and tested."""
    write_discs(folder / "discs", train=train, test=test, numbers=numbers, named=named)
    data = replace(find_data([folder / "discs"]), scale="unit")
    model = Model((SIZE * SIZE,), (Dense(units=16, activation="relu"), Dense(units=numbers)), "discs")
    training = Training(
        loss="mean_squared_error",
        epochs=epochs,
        batch_size=50,
        metrics=("mean_absolute_error", "r2_score"),
        optimizer=Adam(learning_rate=0.01),
        device="cpu",
    )
    run = create_run(folder / "runs", Experiment(data=data, model=model, training=training))
    with EventWriter(run.events_file) as events:
        events.write(perform(run, Attention(run), events.write))
    return run
