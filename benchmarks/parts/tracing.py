"""The trace of a deep model, which is made anew at each keystroke."""

from collections.abc import Iterator
from itertools import cycle, islice
from time import perf_counter

from benchmarks.report import Row, Wanted
from cnn_tui.spec.layers import Activation, Conv2D, Dense, Dropout, Flatten, Layer
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import first_problem, trace

LAYERS = 60
TRACES_A_ROUND = 50


def rows(rounds: int) -> list[Row]:
    """One row."""
    model = Model((224, 224, 3), (*islice(_body(), LAYERS - 2), Flatten(), Dense(units=10, activation="softmax")))
    assert first_problem(trace(model)) is None
    runs = tuple(_milliseconds(model) for _ in range(rounds * TRACES_A_ROUND))
    return [Row(what=f"Trace of {LAYERS} layers", unit="ms", ours=runs, wanted=Wanted("ours", "<", 1))]


def _body() -> Iterator[Layer]:
    filters = cycle((16, 32, 64))
    while True:
        yield Conv2D(filters=next(filters), kernel_size=(3, 3), padding="same")
        yield Activation(activation="relu")
        yield Dropout(rate=0.1)


def _milliseconds(model: Model) -> float:
    begun = perf_counter()
    trace(model)
    return 1000 * (perf_counter() - begun)
